import type { Changes, Draft, Task } from "@/lib/api/client";
import { belongs, compare, type Selection } from "./selection";

/** One thing a person did to their tasks. */
export type Change =
  /** `id` stands in until the backend names the task; `completed` brings back a done one. */
  | { kind: "add"; id: string; draft: Draft; at: string; completed?: boolean }
  | { kind: "edit"; task: Task; changes: Changes; version?: number }
  | { kind: "remove"; task: Task };

/** A task as shown; `new` and `changed` until the backend has confirmed what is seen. */
export type ShownTask = Task & { state: "saved" | "changed" | "new" };

/**
 * Lay the changes still on their way over what the backend last said.
 *
 * Optimistic updates without a snapshot: the cache holds only the backend's answers, so undoing
 * a failed change means leaving it out of `changes`, and other changes are not touched by that.
 */
export function overlay(
  tasks: readonly Task[],
  changes: readonly Change[],
  selection: Selection,
  now = new Date(),
): ShownTask[] {
  return changes.reduce<ShownTask[]>(
    (shown, change) => apply(shown, change, selection, now),
    tasks.map((task) => ({ ...task, state: "saved" })),
  );
}

function apply(shown: ShownTask[], change: Change, selection: Selection, now: Date): ShownTask[] {
  switch (change.kind) {
    case "add": {
      const task = drafted(change);
      if (!belongs(task, selection, now)) return shown;
      const place = shown.findIndex((other) => compare(task, other, selection.sort) <= 0);
      return place < 0 ? [...shown, task] : shown.toSpliced(place, 0, task);
    }
    case "edit":
      return shown.map((task) =>
        task.id === change.task.id ? { ...task, ...change.changes, state: "changed" } : task,
      );
    case "remove":
      return shown.filter((task) => task.id !== change.task.id);
  }
}

function drafted({ id, draft, at, completed }: Extract<Change, { kind: "add" }>): ShownTask {
  return {
    id,
    title: draft.title,
    description: draft.description ?? null,
    completed: completed ?? false,
    completed_at: null,
    due_at: draft.due_at ?? null,
    remind_at: draft.remind_at ?? null,
    reminded_at: null,
    priority: draft.priority ?? "normal",
    tags: draft.tags ?? [],
    version: 0,
    created_at: at,
    updated_at: at,
    state: "new",
  };
}
