import type { ActivityEntry } from "@/lib/api/client";
import { startOfDay } from "@/lib/tasks/moment";

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

/** Say on which day something happened, in the reader's time zone. */
export function describeDay(moment: string, now: Date): string {
  const day = startOfDay(new Date(moment));
  if (day.getTime() === startOfDay(now).getTime()) return "Today";
  if (day.getTime() === startOfDay(now, -1).getTime()) return "Yesterday";
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return format(day, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** Say at what time of its day something happened. */
export function describeTime(moment: string): string {
  return format(new Date(moment), { timeStyle: "short" });
}

/** Put entries under the day they happened; keep their order. */
export function groupByDay<T>(
  entries: readonly T[],
  momentOf: (entry: T) => string,
  now: Date,
): { day: string; entries: T[] }[] {
  const groups = Map.groupBy(entries, (entry) => describeDay(momentOf(entry), now));
  return [...groups].map(([day, members]) => ({ day, entries: members }));
}

const FIELDS: Record<string, string> = { due_at: "due date", remind_at: "reminder" };

function fieldName(field: string): string {
  return FIELDS[field] ?? field;
}

function list(words: string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(words);
}

function format(moment: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", options).format(moment);
}
