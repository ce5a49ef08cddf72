"use client";

import { useEffect, useRef, useState } from "react";
import { EmptyState } from "@/components/empty-state";
import { ListSkeleton } from "@/components/list-skeleton";
import { ProblemPanel } from "@/components/problem-panel";
import type { MadeToken, PersonalToken } from "@/lib/api/client";
import { useNotify } from "@/lib/toast";
import { useTokens } from "@/lib/tokens/use-tokens";
import { MadeTokenPanel } from "./made-token-panel";
import { MakeToken } from "./make-token";
import { RevokeToken } from "./revoke-token";
import { TokenList } from "./token-list";

/** Make personal tokens, see what uses them, and revoke them. */
export function TokenBoard({ userId }: { userId: string }) {
  const { data, error, isPending, refetch, make, revoke } = useTokens(userId);
  const [made, setMade] = useState<MadeToken | null>(null);
  const [leaving, setLeaving] = useState<PersonalToken | null>(null);
  const notify = useNotify();
  const heading = useRef<HTMLHeadingElement>(null);
  const revoked = useRef(false);

  // The row that had the focus goes, before or after the dialog: a keyboard stays at the list.
  // biome-ignore lint/correctness/useExhaustiveDependencies: to be looked at after either.
  useEffect(() => {
    if (!revoked.current || document.activeElement !== document.body) return;
    revoked.current = false;
    heading.current?.focus();
  }, [data, leaving]);

  async function confirm(token: PersonalToken) {
    await revoke(token.id);
    revoked.current = true;
    if (made?.id === token.id) setMade(null);
    setLeaving(null);
    notify({ tone: "info", text: `Revoked “${token.name}”` });
  }

  return (
    <div className="space-y-8">
      <p className="text-muted">
        With a token, a program that speaks the Model Context Protocol works with your tasks as you.
        Its address is <code className="break-all text-ink">{window.location.origin}/mcp</code>.
      </p>
      {made ? (
        <MadeTokenPanel made={made} onDone={() => setMade(null)} />
      ) : (
        <MakeToken make={make} onMade={setMade} />
      )}
      <section aria-labelledby="tokens">
        <h2 id="tokens" ref={heading} tabIndex={-1} className="mb-3 font-semibold outline-none">
          Your tokens
        </h2>
        {isPending ? (
          <ListSkeleton label="Loading tokens" />
        ) : data === undefined ? (
          error && <ProblemPanel error={error} onRetry={refetch} />
        ) : data.length > 0 ? (
          <TokenList tokens={data} onRevoke={setLeaving} />
        ) : (
          <EmptyState title="No tokens yet" hint="Nothing but you yourself gets at your tasks." />
        )}
      </section>
      {leaving && (
        <RevokeToken
          token={leaving}
          onConfirm={() => confirm(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </div>
  );
}
