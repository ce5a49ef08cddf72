import type { Draft, Task } from "@/lib/api/client";
import { ApiProblem } from "@/lib/api/problem";
import type { Toast } from "@/lib/toast";
import type { Change } from "./overlay";

type Message = Omit<Toast, "id">;
type Apply = (change: Change) => void;

/** Say that a change was made; what takes a task out of sight offers the way back. */
export function successOf(
  change: Change,
  stored: Task | undefined,
  { apply, open }: { apply: Apply; open: (taskId: string) => void },
): Message {
  const name = nameOf(change);
  const undo = (back: Change) => ({ label: "Undo", run: () => apply(back) });
  switch (change.kind) {
    case "add": {
      const action = stored && { label: "Open", run: () => open(stored.id) };
      return { tone: "info", text: `Added ${name}`, ...(action && { action }) };
    }
    case "edit": {
      const text = `${doneTo(change.changes.completed)} ${name}`;
      if (!change.changes.completed) return { tone: "spoken", text };
      return { tone: "info", text, action: undo({ ...change, changes: { completed: false } }) };
    }
    case "remove":
      return { tone: "info", text: `Deleted ${name}`, action: undo(restore(change)) };
  }
}

/** Say that a change failed and was undone, and why; offer it again where that may help. */
export function failureOf(change: Change, error: Error, apply: Apply): Message {
  const text = `Could not ${ATTEMPTS[change.kind]} ${nameOf(change)}`;
  // The same request cannot succeed after 404 (the task is gone) or 412 (it is another one now).
  const hopeless = error instanceof ApiProblem && [404, 412].includes(error.status);
  return {
    tone: "error",
    text,
    detail: error.message,
    ...(!hopeless && { action: { label: "Try again", run: () => apply(change) } }),
  };
}

const ATTEMPTS = { add: "add", edit: "change", remove: "delete" } as const;

function nameOf(change: Change): string {
  return `“${change.kind === "add" ? change.draft.title : change.task.title}”`;
}

function doneTo(completed: boolean | undefined): string {
  if (completed === undefined) return "Changed";
  return completed ? "Completed" : "Reopened";
}

function restore({ task }: Extract<Change, { kind: "remove" }>): Change {
  const { id, title, description, due_at, priority, tags, completed, created_at } = task;
  // A reminder that was given is not given again.
  const remind_at = task.reminded_at === null ? task.remind_at : null;
  const draft: Required<Draft> = { title, description, due_at, remind_at, priority, tags };
  return { kind: "add", id, draft, completed, at: created_at };
}
