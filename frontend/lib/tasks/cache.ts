import type { QueryClient } from "@tanstack/react-query";
import type { ActivityEntry, Task } from "@/lib/api/client";
import { ApiProblem } from "@/lib/api/problem";
import { readTask } from "@/lib/api/tasks";
import { type LoadedTasks, placeTask } from "./placing";
import type { Selection } from "./selection";

/** Names all that is cached of tasks. */
export const TASKS = ["tasks"] as const;

/** Names a list of tasks in the cache. */
export const listKey = (userId: string, selection: Selection) =>
  [...listsKey(userId), selection] as const;

/** Names one task in the cache. */
export const oneKey = (userId: string, taskId: string) =>
  [...TASKS, userId, "one", taskId] as const;

const listsKey = (userId: string) => [...TASKS, userId, "list"] as const;

/**
 * Take what became of one task into everything that is cached.
 *
 * A list of one page is read again, which is as cheap and leaves the order to the backend. In a
 * longer one only this task is put in its place, so that a change does not cost a request a page.
 *
 * @param task the task as it is now; null when it is no more.
 */
export async function takeIn(
  client: QueryClient,
  userId: string,
  taskId: string,
  task: Task | null,
): Promise<void> {
  const one = oneKey(userId, taskId);
  if (task) client.setQueryData(one, task);
  const stale = task ? [] : [client.invalidateQueries({ queryKey: one, exact: true })];
  for (const query of client.getQueryCache().findAll({ queryKey: listsKey(userId) })) {
    const { data, status, fetchStatus, isInvalidated, dataUpdatedAt } = query.state;
    const loaded = data as LoadedTasks | undefined;
    // What is being read may be older than this change, and what failed or is out of date stays so.
    const settled = status === "success" && fetchStatus === "idle" && !isInvalidated;
    const placed =
      loaded && loaded.pages.length > 1 && settled
        ? placeTask(loaded, taskId, task, query.queryKey[3] as Selection)
        : null;
    if (placed) client.setQueryData(query.queryKey, placed, { updatedAt: dataUpdatedAt });
    else stale.push(client.invalidateQueries({ queryKey: query.queryKey, exact: true }));
  }
  await Promise.all(stale);
}

/** Read what happened to tasks, here or anywhere else, with as few requests as will do. */
export async function followTasks(
  client: QueryClient,
  userId: string,
  entries: readonly ActivityEntry[],
): Promise<void> {
  const last = new Map(entries.map((entry) => [entry.task_id, entry]));
  const shown = client.getQueryCache().findAll({ queryKey: listsKey(userId), type: "active" });
  const pages = shown.reduce(
    (sum, { state }) => sum + ((state.data as LoadedTasks | undefined)?.pages.length ?? 1),
    0,
  );
  try {
    if (last.size >= pages) await client.invalidateQueries({ queryKey: TASKS });
    else await Promise.all([...last.values()].map((entry) => follow(client, userId, entry)));
  } catch {
    // Reading all of it again has its own retries, and says so when it fails.
    await client.invalidateQueries({ queryKey: TASKS });
  }
}

async function follow(
  client: QueryClient,
  userId: string,
  { type, task_id, sequence }: ActivityEntry,
): Promise<void> {
  if (type === "com.todo.task.deleted") return takeIn(client, userId, task_id, null);
  const known = client.getQueryData<Task>(oneKey(userId, task_id));
  // A change that was made here comes back as news; a reminder changes no version.
  if (known && sequence > 0 && known.version >= sequence) return;
  const task = await readTask(userId, task_id).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });
  // Read before a change that was made here meanwhile.
  const newer = client.getQueryData<Task>(oneKey(userId, task_id));
  if (task && newer && newer.version > task.version) return;
  await takeIn(client, userId, task_id, task);
}
