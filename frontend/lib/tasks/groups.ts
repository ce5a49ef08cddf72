import type { Task } from "@/lib/api/client";
import { startOfDay, startOfWeek } from "./moment";
import type { Selection } from "./selection";

/** Tasks under one heading; no heading for a list that needs none. */
export interface Group<T> {
  title: string | null;
  tasks: T[];
}

/** Put tasks in the order of their due dates under headings such as "Today"; keep their order. */
export function groupTasks<T extends Task>(
  tasks: readonly T[],
  { sort, status }: Pick<Selection, "sort" | "status">,
  now: Date,
): Group<T>[] {
  if (sort !== "due_at") return tasks.length > 0 ? [{ title: null, tasks: [...tasks] }] : [];
  const past = status === "open" ? "Overdue" : "Earlier";
  const groups = new Map<string, T[]>();
  for (const task of tasks) {
    const title = heading(task.due_at, past, now);
    groups.set(title, [...(groups.get(title) ?? []), task]);
  }
  return [...groups].map(([title, members]) => ({ title, tasks: members }));
}

function heading(dueAt: string | null, past: string, now: Date): string {
  if (dueAt === null) return "No date";
  const due = new Date(dueAt);
  if (due < now) return past;
  if (due < startOfDay(now, 1)) return "Today";
  if (due < startOfDay(now, 2)) return "Tomorrow";
  if (due < startOfWeek(now, 1)) return "This week";
  return due < startOfWeek(now, 2) ? "Next week" : "Later";
}
