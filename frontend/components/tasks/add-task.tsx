"use client";

import { type RefObject, type SubmitEvent, useId, useState } from "react";
import { PlusIcon } from "@/components/icons";
import { LengthNote } from "@/components/length-note";
import type { Draft, Priority } from "@/lib/api/client";
import { excessOf, LIMITS } from "@/lib/limits";
import { isSendable } from "@/lib/tasks/form";
import { type LocalTime, toLocal, toMoment } from "@/lib/tasks/moment";
import { LocalTimeField } from "./local-time-field";
import { PrioritySelect } from "./priority-select";
import { TagsField } from "./tags-field";

interface Props {
  field: RefObject<HTMLInputElement | null>;
  /** Fields that every task of the list shown has, so that the new one appears in it. */
  usual: Partial<Draft>;
  knownTags: readonly string[];
  /** Keeps its promise when the task is stored. */
  onAdd: (draft: Draft) => Promise<unknown>;
}

interface Form {
  title: string;
  due: LocalTime;
  priority: Priority;
  tags: readonly string[];
}

/** Write down a new task; when it cannot be stored its words come back to be sent again. */
export function AddTask({ field, usual, knownTags, onAdd }: Props) {
  const [written, setWritten] = useState<Form | null>(null);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<{ title: string; reason: string } | null>(null);
  const note = useId();
  const form = written ?? emptyForm(usual);
  const sendable = isSendable({ title: form.title, description: "" });

  const change = (part: Partial<Form>) => setWritten({ ...form, ...part });

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const title = form.title.trim();
    if (!sendable) return;
    setWritten(null);
    setProblem(null);
    const { due, priority, tags } = form;
    try {
      await onAdd({ title, due_at: toMoment(due), priority, tags: [...tags] });
    } catch (error) {
      // The next task may be half written by now: its words are not overwritten.
      setWritten((next) => next ?? form);
      setProblem({ title, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  return (
    <form
      aria-label="Add a task"
      onSubmit={submit}
      onFocus={() => setOpen(true)}
      className="card shadow-xs transition-shadow focus-within:border-control focus-within:shadow-md"
    >
      <div className="flex items-center gap-3 pl-4.5 text-accent">
        <PlusIcon />
        <input
          ref={field}
          aria-label="Title"
          aria-keyshortcuts="n"
          placeholder="Add a task"
          className="min-w-0 grow bg-transparent py-3.5 pr-4 text-ink placeholder:text-muted focus:outline-none"
          value={form.title}
          onChange={({ target }) => change({ title: target.value })}
          aria-invalid={excessOf(form.title, LIMITS.title) > 0}
          aria-describedby={note}
          autoComplete="off"
          enterKeyHint="done"
        />
      </div>
      <div className="px-4">
        <LengthNote id={note} text={form.title} limit={LIMITS.title} />
      </div>
      {open && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line p-2.5 motion-safe:animate-rise">
          <LocalTimeField label="Due" value={form.due} onChange={(due) => change({ due })} />
          <PrioritySelect value={form.priority} onChange={(priority) => change({ priority })} />
          <TagsField tags={form.tags} known={knownTags} onChange={(tags) => change({ tags })} />
          <button type="submit" className="button-primary ml-auto" disabled={!sendable}>
            Add
          </button>
        </div>
      )}
      {problem && (
        <p role="alert" className="border-t border-line px-4 py-2.5 text-sm">
          <span className="font-medium text-danger">Could not add “{problem.title}”.</span>{" "}
          {problem.reason}
        </p>
      )}
    </form>
  );
}

function emptyForm(usual: Partial<Draft>): Form {
  return {
    title: "",
    due: toLocal(usual.due_at),
    priority: usual.priority ?? "normal",
    tags: usual.tags ?? [],
  };
}
