import type { ActivityEntry } from "@/lib/api/client";

/** Say what happened to a task, to be followed by its title. */
export function describeEntry({ type, changed }: ActivityEntry): string {
  switch (type) {
    case "com.todo.task.created":
      return "Added";
    case "com.todo.task.completed":
      return "Completed";
    case "com.todo.task.deleted":
      return "Deleted";
    case "com.todo.reminder.due":
      return "Reminder of";
    case "com.todo.task.updated":
      // Completing is an event of its own, so a change of this field means the opposite.
      if (changed.includes("completed")) return "Reopened";
      return changed.length > 0 ? `Changed ${list(changed.map(fieldName))} of` : "Changed";
  }
}

/** Say when something happened, in the reader's time zone. */
export function describeMoment(moment: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(moment),
  );
}

const FIELDS: Record<string, string> = { due_at: "due date" };

function fieldName(field: string): string {
  return FIELDS[field] ?? field;
}

function list(words: string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}
