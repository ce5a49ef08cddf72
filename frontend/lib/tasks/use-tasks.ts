"use client";

import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQueryClient,
} from "@tanstack/react-query";
import { changeTask, createTask, deleteTask, listTasks, type Selection } from "@/lib/api/tasks";
import { type Change, overlay } from "./overlay";

const TASKS = ["tasks"] as const;

/** Read the selected tasks page by page, with the changes still on their way laid over them. */
export function useTasks(userId: string, selection: Selection) {
  const query = useInfiniteQuery({
    queryKey: [...TASKS, userId, selection],
    queryFn: ({ pageParam, signal }) => listTasks(userId, selection, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const changes = useMutationState({
    filters: { mutationKey: TASKS, status: "pending" },
    select: (mutation) => mutation.state.variables as Change,
  });
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  return { ...query, tasks: overlay(loaded, changes, selection) };
}

interface Outcome {
  onDone: (change: Change) => void;
  onFail: (change: Change, error: Error) => void;
}

/**
 * Change tasks, one change after the other in the order they were made.
 *
 * A change stays pending until the list was read again, so what is shown never jumps back.
 */
export function useChangeTasks(userId: string, { onDone, onFail }: Outcome) {
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: TASKS });
  const { mutate } = useMutation({
    mutationKey: TASKS,
    scope: { id: "tasks" },
    mutationFn: (change: Change) => send(userId, change),
    onSuccess: (_answer, change) => {
      onDone(change);
      return reload();
    },
    onError: (error, change) => {
      onFail(change, error);
      // Not awaited: the failed change is undone at once, even when reading fails as well.
      void reload();
    },
  });
  return mutate;
}

async function send(userId: string, change: Change): Promise<unknown> {
  switch (change.kind) {
    case "add": {
      const task = await createTask(userId, change.draft);
      return change.completed ? changeTask(userId, task.id, { completed: true }) : task;
    }
    case "edit":
      return changeTask(userId, change.task.id, change.changes, change.version);
    case "remove":
      return deleteTask(userId, change.task.id);
  }
}
