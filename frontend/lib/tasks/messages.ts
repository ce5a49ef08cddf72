import { ApiProblem } from "@/lib/api/problem";
import type { Notice } from "@/lib/use-notices";
import type { Change } from "./overlay";

type Message = Omit<Notice, "id">;
type Apply = (change: Change) => void;

/** Say that a change was made; a deleted task can be brought back. */
export function successOf(change: Change, apply: Apply): Message {
  const name = nameOf(change);
  switch (change.kind) {
    case "add":
      return { tone: "spoken", text: `Added ${name}` };
    case "edit":
      return { tone: "spoken", text: `${doneTo(change.changes.completed)} ${name}` };
    case "remove": {
      const run = () => apply(restore(change));
      return { tone: "info", text: `Deleted ${name}`, action: { label: "Undo", run } };
    }
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
  const draft = { title, description, due_at, priority, tags };
  return { kind: "add", id, draft, completed, at: created_at };
}
