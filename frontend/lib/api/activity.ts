import { type ActivityPage, api, present } from "./client";

const PAGE_SIZE = 50;

/** Read one page of what happened, the newest first; `cursor` comes from the page before. */
export async function listActivity(
  userId: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ActivityPage> {
  const { data } = await api.GET("/api/{user_id}/activity", {
    params: {
      path: { user_id: userId },
      query: { limit: PAGE_SIZE, ...(cursor !== null && { cursor }) },
    },
    signal,
  });
  return present(data);
}

/** Say where activity is streamed, from now on or after the event with the id given. */
export function streamAddress(userId: string, lastEventId: string): string {
  const address = `/api/${encodeURIComponent(userId)}/stream`;
  return lastEventId === "" ? address : `${address}?last_event_id=${lastEventId}`;
}
