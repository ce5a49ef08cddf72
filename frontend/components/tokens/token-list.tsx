"use client";

import { useNow } from "@/hooks/use-now";
import type { PersonalToken } from "@/lib/api/client";
import { describeExpiry, describeScope, describeUse } from "@/lib/tokens/messages";

interface Props {
  tokens: readonly PersonalToken[];
  onRevoke: (token: PersonalToken) => void;
}

/** List tokens: what each may do, when it was used last, and the way to end it. */
export function TokenList({ tokens, onRevoke }: Props) {
  const now = useNow();
  return (
    <ul aria-labelledby="tokens" className="card divide-y divide-line">
      {tokens.map((token) => (
        <li key={token.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5">
          <div className="min-w-0 grow basis-60">
            <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 font-medium break-words">
              <span className="min-w-0">{token.name}</span>
              <span className="badge">{describeScope(token)}</span>
            </p>
            <p className="mt-0.5 text-sm text-muted">
              <code>{token.prefix}…</code> · {describeUse(token)} · {describeExpiry(token, now)}
            </p>
          </div>
          <button
            type="button"
            className="button-quiet"
            aria-label={`Revoke “${token.name}”`}
            onClick={() => onRevoke(token)}
          >
            Revoke
          </button>
        </li>
      ))}
    </ul>
  );
}
