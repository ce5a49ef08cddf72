"use client";

import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { Task } from "@/lib/api/client";
import { changeTask, createTask, deleteTask, listTasks, readTask } from "@/lib/api/tasks";
import { listKey, oneKey, TASKS, takeIn } from "./cache";
import { type Change, overlay } from "./overlay";
import { compare, type Selection, toQuery } from "./selection";

/** Read the selected tasks page by page, with the changes still on their way laid over them. */
export function useTasks(userId: string, selection: Selection) {
  const query = useInfiniteQuery({
    queryKey: listKey(userId, selection),
    queryFn: ({ pageParam, signal }) =>
      listTasks(userId, toQuery(selection, new Date()), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const changes = useMutationState({
    filters: { mutationKey: TASKS, status: "pending" },
    select: (mutation) => mutation.state.variables as Change,
  });
  // Sorted page by page: a further page is added below, and nothing moves above.
  const loaded =
    query.data?.pages.flatMap(({ items }) =>
      items.toSorted((a, b) => compare(a, b, selection.sort)),
    ) ?? [];
  // A task that moved between the reading of two pages may be in both.
  const once = [...new Map(loaded.map((task) => [task.id, task])).values()];
  return { ...query, tasks: overlay(once, changes, selection) };
}

/** Read one task; what a list said of it is shown until then. */
export function useTask(userId: string, taskId: string, known: Task | undefined) {
  return useQuery({
    queryKey: oneKey(userId, taskId),
    queryFn: ({ signal }) => readTask(userId, taskId, signal),
    ...(known && { placeholderData: known }),
  });
}

/**
 * Change tasks, one change after the other in the order they were made.
 *
 * A change stays pending until the list has taken it in, so what is shown never jumps back. The
 * promise is kept or broken then, even when whoever asked is no longer on the page.
 */
export function useChangeTasks(userId: string): (change: Change) => Promise<Task | undefined> {
  const client = useQueryClient();
  const { mutateAsync } = useMutation({
    mutationKey: TASKS,
    scope: { id: "tasks" },
    mutationFn: (change: Change) => send(userId, change),
    onSuccess: (stored, change) =>
      takeIn(client, userId, stored?.id ?? idOf(change), stored ?? null),
    // Not awaited: the failed change is undone at once, even when reading fails as well.
    onError: () => void client.invalidateQueries({ queryKey: TASKS }),
  });
  return mutateAsync;
}

const idOf = (change: Change) => (change.kind === "add" ? change.id : change.task.id);

async function send(userId: string, change: Change): Promise<Task | undefined> {
  switch (change.kind) {
    case "add": {
      const task = await createTask(userId, change.draft);
      return change.completed ? changeTask(userId, task.id, { completed: true }) : task;
    }
    case "edit":
      return changeTask(userId, change.task.id, change.changes, change.version);
    case "remove":
      await deleteTask(userId, change.task.id);
      return undefined;
  }
}
