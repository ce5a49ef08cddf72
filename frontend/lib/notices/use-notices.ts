"use client";

import {
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Notice } from "@/lib/api/client";
import { listNotices, markAllNotices, markNotice } from "@/lib/api/notices";

const NOTICES = ["notices"] as const;

/** A notice to mark, or all of them. */
export type Mark = { id: string; read: boolean } | "all";

/** Read the notices page by page, with the marks still on their way laid over them. */
export function useNotices(userId: string) {
  const query = useInfiniteQuery({
    queryKey: [...NOTICES, userId, "pages"],
    queryFn: ({ pageParam, signal }) => listNotices(userId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const marks = usePendingMarks();
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  // A notice that arrives between the reading of two pages moves one to the next page as well.
  const once = [...new Map(loaded.map((notice) => [notice.id, notice])).values()];
  return { ...query, notices: once.map((notice) => ({ ...notice, read: isRead(notice, marks) })) };
}

/** Follow how many notices are unread, and the latest of them. */
export function useUnread(userId: string | undefined) {
  const { data } = useQuery({
    queryKey: [...NOTICES, userId, "unread"],
    queryFn: ({ signal }) => listNotices(userId ?? "", null, signal, { unread: true, limit: 1 }),
    enabled: userId !== undefined,
  });
  return { known: data !== undefined, count: data?.unread ?? 0, latest: data?.items[0] };
}

/** Mark notices, one mark after the other; a failed one is undone by leaving it out. */
export function useMarkNotices(userId: string, onFail: (error: Error) => void) {
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: NOTICES });
  const { mutate } = useMutation({
    mutationKey: NOTICES,
    scope: { id: "notices" },
    mutationFn: (mark: Mark) =>
      mark === "all" ? markAllNotices(userId) : markNotice(userId, mark.id, mark.read),
    onSuccess: reload,
    onError: (error) => {
      onFail(error);
      void reload();
    },
  });
  return mutate;
}

function usePendingMarks(): Mark[] {
  return useMutationState({
    filters: { mutationKey: NOTICES, status: "pending" },
    select: (mutation) => mutation.state.variables as Mark,
  });
}

function isRead(notice: Notice, marks: readonly Mark[]): boolean {
  return marks.reduce(
    (read, mark) => (mark === "all" ? true : mark.id === notice.id ? mark.read : read),
    notice.read_at !== null,
  );
}
