"use client";

import { useEffect, useRef, useState } from "react";
import type { MadeToken } from "@/lib/api/client";

/** Show a token the one time that it can be seen, to be copied. */
export function MadeTokenPanel({ made, onDone }: { made: MadeToken; onDone: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    // Whoever goes on to make another starts at its name.
    return () => document.getElementById("token-name")?.focus();
  }, []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(made.token);
      setSaid("Copied.");
    } catch {
      // A page that is not served over https has no clipboard.
      field.current?.focus();
      field.current?.select();
      setSaid("The browser does not let it be copied. It is selected: press Ctrl+C or ⌘C.");
    }
  }

  return (
    <section aria-labelledby="made" className="card space-y-3 border-accent p-5">
      <h2 id="made" className="font-semibold break-words">
        Token for “{made.name}”
      </h2>
      <p id="made-hint" className="text-sm text-muted">
        Copy it now: it is shown this once, and kept nowhere. Whoever has it gets at your tasks.
      </p>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          readOnly
          aria-label="Your new token"
          aria-describedby="made-hint"
          value={made.token}
          className="min-w-0 grow rounded-lg border border-control bg-sunken px-3 py-2 font-mono text-sm"
        />
        <button type="button" className="button-primary" onClick={copy}>
          Copy
        </button>
        <button type="button" className="button-quiet" onClick={onDone}>
          Done
        </button>
      </div>
      <p role="status" className="text-sm text-muted">
        {said}
      </p>
    </section>
  );
}
