import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { ActivityEntry, ActivityPage } from "@/lib/api/client";
import { followTasks, TASKS } from "@/lib/tasks/cache";

type LoadedActivity = InfiniteData<ActivityPage, string | null>;

/** Names the activity of a person in the cache. */
export const activityKey = (userId: string) => ["activity", userId] as const;

/** Read again all that the stream tells of, when it may have told less than happened. */
export function readAll(client: QueryClient): void {
  for (const what of [...TASKS, "activity", "notices"]) {
    void client.invalidateQueries({ queryKey: [what] });
  }
}

/** Take in what happened, reading only what the entries do not say themselves. */
export function takeNews(
  client: QueryClient,
  userId: string,
  entries: readonly ActivityEntry[],
): void {
  void followTasks(client, userId, entries);
  addEntries(client, userId, entries);
  if (entries.some(({ type }) => type === "com.todo.reminder.due")) {
    void client.invalidateQueries({ queryKey: ["notices"] });
  }
}

function addEntries(client: QueryClient, userId: string, entries: readonly ActivityEntry[]): void {
  const queryKey = activityKey(userId);
  const state = client.getQueryState<LoadedActivity>(queryKey);
  const [first, ...others] = state?.data?.pages ?? [];
  const settled = state?.status === "success" && state.fetchStatus === "idle";
  // One page is read again as cheaply, and in the order of the backend.
  if (!state?.data || !first || others.length === 0 || !settled || state.isInvalidated) {
    void client.invalidateQueries({ queryKey });
    return;
  }
  const arrived = new Map([...entries, ...first.items].map((entry) => [entry.id, entry]));
  const items = [...arrived.values()].toSorted(
    (a, b) => b.occurred_at.localeCompare(a.occurred_at) || b.position - a.position,
  );
  client.setQueryData<LoadedActivity>(
    queryKey,
    { ...state.data, pages: [{ ...first, items }, ...others] },
    { updatedAt: state.dataUpdatedAt },
  );
}
