import type { Draft, Priority, Status, Task } from "@/lib/api/client";
import type { TaskQuery } from "@/lib/api/tasks";
import { dayOf, startOfDay, startOfWeek, toMoment } from "./moment";

export const STATUSES = ["open", "done", "all"] as const satisfies readonly Status[];
export const PRIORITIES = ["high", "normal", "low"] as const satisfies readonly Priority[];
export const DUES = ["overdue", "today", "week"] as const;
export const SORTS = ["due_at", "-priority", "-created_at", "-updated_at"] as const;

export type DueChoice = (typeof DUES)[number];
export type Sort = (typeof SORTS)[number];

/** The tasks to show, and their order. */
export interface Selection {
  status: Status;
  /** Words to look for; empty for no search. */
  search: string;
  due: DueChoice | null;
  priority: Priority | null;
  tag: string | null;
  sort: Sort;
}

/** Return the order in which tasks of a status are most of use. */
export function usualSort(status: Status): Sort {
  return status === "done" ? "-updated_at" : "due_at";
}

/** Say between which moments, both excluded, a task of this choice is due. */
export function dueRange(due: DueChoice, now: Date): { after?: Date; before: Date } {
  switch (due) {
    case "overdue":
      return { before: now };
    case "today":
      return { after: before(startOfDay(now)), before: startOfDay(now, 1) };
    case "week":
      return { after: before(startOfWeek(now)), before: startOfWeek(now, 1) };
  }
}

/** Ask the backend for a selection, in its own words. */
export function toQuery(selection: Selection, now: Date): TaskQuery {
  const { status, search, due, priority, tag, sort } = selection;
  const { after, before } = due === null ? {} : dueRange(due, now);
  return {
    status,
    sort,
    ...(search && { q: search }),
    ...(before && { due_before: before.toISOString() }),
    ...(after && { due_after: after.toISOString() }),
    ...(priority !== null && { priority }),
    ...(tag !== null && { tag }),
  };
}

/** Tell whether a task belongs to a selection; with a search only the backend can. */
export function belongs(task: Task, selection: Selection, now: Date): boolean {
  const { status, search, due, priority, tag } = selection;
  return (
    search === "" &&
    (status === "all" || task.completed === (status === "done")) &&
    (due === null || isWithin(task.due_at, dueRange(due, now))) &&
    (priority === null || task.priority === priority) &&
    (tag === null || task.tags.includes(tag))
  );
}

/** Return what a task needs so that it appears where it is added. */
export function draftFor({ due, priority, tag }: Selection, now: Date): Partial<Draft> {
  return {
    ...(due === "today" && { due_at: toMoment({ day: dayOf(now), time: "" }) }),
    ...(priority !== null && { priority }),
    ...(tag !== null && { tags: [tag] }),
  };
}

/** Compare two tasks in an order; of equals the newer comes first, where the backend has no rule. */
export function compare(a: Task, b: Task, sort: Sort): number {
  return byKey(a, b, sort) || b.created_at.localeCompare(a.created_at);
}

function byKey(a: Task, b: Task, sort: Sort): number {
  switch (sort) {
    case "due_at":
      return dueTime(a) - dueTime(b) || 0; // two without a date: Infinity - Infinity is NaN
    case "-priority":
      return PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
    case "-created_at":
      return b.created_at.localeCompare(a.created_at);
    case "-updated_at":
      return b.updated_at.localeCompare(a.updated_at);
  }
}

const dueTime = ({ due_at }: Task) => (due_at ? Date.parse(due_at) : Number.POSITIVE_INFINITY);

function isWithin(dueAt: string | null, { after, before }: { after?: Date; before: Date }) {
  if (dueAt === null) return false;
  const due = new Date(dueAt);
  return due < before && (after === undefined || due > after);
}

/** Return the last moment before another, in the milliseconds a Date counts. */
const before = (moment: Date) => new Date(moment.getTime() - 1);
