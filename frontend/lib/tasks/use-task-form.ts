"use client";

import { useState } from "react";
import type { Task } from "@/lib/api/client";
import { ApiProblem } from "@/lib/api/problem";
import { readTask } from "@/lib/api/tasks";
import { changesOf, differing, formOf, merge, type TaskForm } from "./form";
import type { Change } from "./overlay";
import { useChangeTasks } from "./use-tasks";

const MOST_MERGES = 3;

export type FormState =
  | { kind: "writing" }
  | { kind: "leaving" }
  | { kind: "saving" }
  | { kind: "failed"; error: Error }
  /** Somebody else changed the same fields meanwhile. */
  | { kind: "conflict"; fields: (keyof TaskForm)[]; theirs: TaskForm };

/**
 * Fill in a task and save it over the version that was read.
 *
 * When somebody changed it meanwhile, what they changed is taken over and saving goes on; only a
 * field both changed is a question to the person.
 *
 * @param task the task as it is now; a form in which nothing was written follows it.
 */
export function useTaskForm(
  userId: string,
  task: Task,
  onSaved: (change: Change, stored: Task | undefined) => void,
) {
  const apply = useChangeTasks(userId);
  const [base, setBase] = useState(task);
  const [form, setForm] = useState(() => formOf(task));
  const [state, setState] = useState<FormState>({ kind: "writing" });
  const changed = differing(form, formOf(base)).length > 0;
  if (!changed && task.version !== base.version) {
    setBase(task);
    setForm(formOf(task));
  }

  async function save() {
    if (state.kind === "saving") return;
    setState({ kind: "saving" });
    try {
      await saveOver(base, form, MOST_MERGES);
    } catch (error) {
      setState({
        kind: "failed",
        error: error instanceof Error ? error : new Error(String(error)),
      });
    }
  }

  async function saveOver(before: Task, mine: TaskForm, mergesLeft: number): Promise<void> {
    const changes = changesOf(mine, before);
    const change: Change = { kind: "edit", task: before, changes, version: before.version };
    try {
      onSaved(change, await apply(change));
    } catch (error) {
      const stale = error instanceof ApiProblem && error.status === 412;
      if (!stale || mergesLeft === 0) throw error;
      const now = await readTask(userId, before.id);
      const merged = merge(mine, before, now);
      setBase(now);
      setForm(merged.form);
      if (merged.conflicts.length === 0) return saveOver(now, merged.form, mergesLeft - 1);
      setState({ kind: "conflict", fields: merged.conflicts, theirs: formOf(now) });
    }
  }

  return {
    form,
    state,
    changed,
    save,
    change(part: Partial<TaskForm>) {
      setForm({ ...form, ...part });
      if (state.kind !== "saving") setState({ kind: "writing" });
    },
    /** Give up the person's own values of the fields in question. */
    takeTheirs() {
      if (state.kind !== "conflict") return;
      const { theirs, fields } = state;
      const taken = Object.fromEntries(fields.map((field) => [field, theirs[field]]));
      setForm({ ...form, ...taken });
      setState({ kind: "writing" });
    },
    askToLeave: () => setState({ kind: "leaving" }),
  };
}
