import type { Changes, Priority, Task } from "@/lib/api/client";
import { excessOf, LIMITS } from "@/lib/limits";
import { describeDue } from "./due";
import { dayOf, type LocalTime, toLocal, toMoment } from "./moment";

/** A task as a person fills it in. */
export interface TaskForm {
  title: string;
  description: string;
  due: LocalTime;
  remind: LocalTime;
  priority: Priority;
  tags: readonly string[];
}

type Field = keyof TaskForm;

/** The time of a reminder on a day for which no time was given. */
const MORNING = "09:00";

export const FIELD_NAMES: Record<Field, string> = {
  title: "Title",
  description: "Description",
  due: "Due",
  remind: "Reminder",
  priority: "Priority",
  tags: "Tags",
};

const FIELDS = Object.keys(FIELD_NAMES) as Field[];

/** Fill the form in from a task. */
export function formOf(task: Task): TaskForm {
  return {
    title: task.title,
    description: task.description ?? "",
    due: toLocal(task.due_at),
    remind: toLocal(task.remind_at),
    priority: task.priority,
    tags: task.tags,
  };
}

/** Tell whether the words of a form can be stored: a title there is, and nothing too long. */
export function isSendable({ title, description }: Pick<TaskForm, "title" | "description">) {
  return (
    title.trim() !== "" &&
    excessOf(title, LIMITS.title) === 0 &&
    excessOf(description, LIMITS.description) === 0
  );
}

/** Return the fields of the task the form changes; none for a form that says the same. */
export function changesOf(form: TaskForm, task: Task): Changes {
  const changed = differing(form, formOf(task));
  const values: Record<Field, Changes> = {
    title: { title: form.title.trim() },
    description: { description: form.description.trim() || null },
    due: { due_at: toMoment(form.due) },
    remind: { remind_at: toMoment(form.remind, MORNING) },
    priority: { priority: form.priority },
    tags: { tags: [...form.tags] },
  };
  return Object.assign({}, ...changed.map((field) => values[field]));
}

/** Name the fields in which two forms differ. */
export function differing(one: TaskForm, other: TaskForm): Field[] {
  return FIELDS.filter((field) => JSON.stringify(one[field]) !== JSON.stringify(other[field]));
}

/** The outcome for a form whose task somebody else changed meanwhile. */
export interface Merged {
  form: TaskForm;
  /** Fields that both changed, each to something else; the form keeps the person's own. */
  conflicts: Field[];
}

/**
 * Carry a person's changes over to the task as it is now.
 *
 * What only the others changed is taken over, so that a conflict is never about a field the
 * person did not touch.
 */
export function merge(mine: TaskForm, before: Task, now: Task): Merged {
  const theirs = formOf(now);
  const touched = differing(mine, formOf(before));
  const conflicts = touched.filter(
    (field) =>
      differing(formOf(before), theirs).includes(field) && differing(mine, theirs).includes(field),
  );
  const kept = Object.fromEntries(touched.map((field) => [field, mine[field]]));
  return { form: { ...theirs, ...kept }, conflicts };
}

/** Say what a field holds, to set two values side by side. */
export function describeField(form: TaskForm, field: Field): string {
  switch (field) {
    case "due":
      return describeMoment(toMoment(form.due));
    case "remind":
      return describeMoment(toMoment(form.remind, MORNING));
    case "tags":
      return form.tags.map((tag) => `#${tag}`).join(" ") || "none";
    default:
      return form[field] || "none";
  }
}

function describeMoment(moment: string | null): string {
  return moment === null ? "none" : describeDue(moment, new Date()).text;
}

/** Offer reminders that fit what a task is due at. */
export function suggestReminders({ day, time }: LocalTime): { label: string; at: LocalTime }[] {
  if (!day) return [];
  const due = new Date(`${day}T${time || MORNING}`);
  if (Number.isNaN(due.getTime())) return [];
  const dayBefore = { day: dayOf(due, -1), time: time || MORNING };
  if (!time) {
    return [
      { label: "That morning", at: { day, time: MORNING } },
      { label: "The day before", at: dayBefore },
    ];
  }
  return [
    { label: "When due", at: { day, time } },
    { label: "An hour before", at: toLocal(new Date(due.getTime() - 3_600_000).toISOString()) },
    { label: "The day before", at: dayBefore },
  ];
}
