"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { listActivity } from "@/lib/api/activity";
import { activityKey } from "./news";

/** Read what happened to the user's tasks page by page, the newest first. */
export function useActivity(userId: string) {
  const query = useInfiniteQuery({
    queryKey: activityKey(userId),
    queryFn: ({ pageParam, signal }) => listActivity(userId, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  // An entry that arrives between the reading of two pages moves one to the next page as well.
  const entries = new Map(
    query.data?.pages.flatMap((page) => page.items).map((entry) => [entry.id, entry]),
  );
  return { ...query, entries: [...entries.values()] };
}
