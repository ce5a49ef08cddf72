import { api, type NoticePage, present } from "./client";

const PAGE_SIZE = 50;

/** Read one page of notices, the newest first; `cursor` comes from the page before. */
export async function listNotices(
  userId: string,
  cursor: string | null,
  signal: AbortSignal,
  { unread = false, limit = PAGE_SIZE } = {},
): Promise<NoticePage> {
  const { data } = await api.GET("/api/{user_id}/notices", {
    params: {
      path: { user_id: userId },
      query: { limit, ...(unread && { unread }), ...(cursor !== null && { cursor }) },
    },
    signal,
  });
  return present(data);
}

/** Mark one notice as read or unread. */
export async function markNotice(userId: string, noticeId: string, read: boolean): Promise<void> {
  await api.PATCH("/api/{user_id}/notices/{notice_id}", {
    params: { path: { user_id: userId, notice_id: noticeId } },
    body: { read },
  });
}

/** Mark every notice as read. */
export async function markAllNotices(userId: string): Promise<void> {
  await api.POST("/api/{user_id}/notices/read", { params: { path: { user_id: userId } } });
}
