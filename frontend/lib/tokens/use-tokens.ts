"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { TokenDraft } from "@/lib/api/client";
import { listTokens, makeToken, revokeToken } from "@/lib/api/tokens";

/**
 * Read the personal tokens, and make or revoke one.
 *
 * No mutation of the cache's own: it would keep the answer, which is the token itself.
 */
export function useTokens(userId: string) {
  const client = useQueryClient();
  const queryKey = ["tokens", userId];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listTokens(userId, signal) });

  /** Also after a failure: what was asked for may have been done. */
  async function andReload<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      void client.invalidateQueries({ queryKey });
    }
  }

  return {
    ...query,
    make: (draft: TokenDraft) => andReload(makeToken(userId, draft)),
    revoke: (tokenId: string) => andReload(revokeToken(userId, tokenId)),
  };
}
