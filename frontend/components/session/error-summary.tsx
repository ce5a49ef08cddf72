"use client";

import { useEffect, useRef } from "react";
import type { Problem } from "@/lib/session/messages";

/** Say at the top what went wrong; focus comes here, and each entry leads to its field. */
export function ErrorSummary({ problems }: { problems: readonly Problem[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) box.current?.focus();
  }, [problems]);

  if (problems.length === 0) return null;
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      aria-labelledby="problems"
      className="rounded-lg border border-danger px-4 py-3 text-sm"
    >
      <h2 id="problems" className="font-medium text-danger">
        There is a problem
      </h2>
      <ul className="mt-1 space-y-1">
        {problems.map(({ field, text }) => (
          <li key={text}>
            {field ? (
              <a
                href={`#${field}`}
                className="underline"
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(field)?.focus();
                }}
              >
                {text}
              </a>
            ) : (
              text
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
