import { api, type MadeToken, type PersonalToken, present, type TokenDraft } from "./client";

/** Read all personal tokens, the newest first. */
export async function listTokens(userId: string, signal: AbortSignal): Promise<PersonalToken[]> {
  const { data } = await api.GET("/api/{user_id}/tokens", {
    params: { path: { user_id: userId } },
    signal,
  });
  return present(data).items;
}

/** Make a personal token; the answer is the only place where it is ever shown. */
export async function makeToken(userId: string, draft: TokenDraft): Promise<MadeToken> {
  const { data } = await api.POST("/api/{user_id}/tokens", {
    params: { path: { user_id: userId } },
    body: draft,
  });
  return present(data);
}

/** Revoke a personal token for good. */
export async function revokeToken(userId: string, tokenId: string): Promise<void> {
  await api.DELETE("/api/{user_id}/tokens/{token_id}", {
    params: { path: { user_id: userId, token_id: tokenId } },
  });
}
