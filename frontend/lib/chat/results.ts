import type { Task, ToolUse } from "@/lib/api/client";

/** The result of a tool call, for a person to see. */
export interface Outcome {
  /** The action, such as "Added"; "Adding" while it is under way. */
  label: string;
  tasks: readonly Task[];
  /** How many tasks of the result were too many to be kept with the message. */
  leftOut: number;
  /** True when the list went on after what was looked at. */
  goesOn: boolean;
  /** True when the tasks are no more. */
  gone: boolean;
  /** The reason nothing was done. */
  problem: string | null;
}

const LABELS: Record<string, { running: string; done: string }> = {
  add_task: { running: "Adding a task", done: "Added" },
  list_tasks: { running: "Looking at your tasks", done: "Found" },
  update_task: { running: "Changing a task", done: "Changed" },
  complete_task: { running: "Completing a task", done: "Completed" },
  delete_task: { running: "Deleting a task", done: "Deleted" },
  set_reminder: { running: "Setting a reminder", done: "Reminder set" },
};

/** Read a call of a tool; a tool this page does not know is shown by its name. */
export function outcomeOf({ name, status, result }: ToolUse): Outcome {
  const { task, tasks, left_out, next_cursor, deleted, error } = (result ?? {}) as {
    task?: Task;
    tasks?: Task[];
    left_out?: number;
    next_cursor?: string | null;
    deleted?: Task;
    error?: { title?: string; detail?: string };
  };
  const labels = LABELS[name] ?? { running: name, done: name };
  const one = task ?? deleted;
  const shown = tasks ?? (one ? [one] : []);
  return {
    label: status === "running" ? labels.running : labels.done,
    tasks: shown,
    leftOut: left_out ?? 0,
    goesOn: Boolean(next_cursor),
    gone: deleted !== undefined,
    problem:
      status === "failed" ? (error?.detail ?? error?.title ?? "It could not be done.") : null,
  };
}
