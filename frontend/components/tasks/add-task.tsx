"use client";

import { type SubmitEvent, useState } from "react";
import type { Draft } from "@/lib/api/client";
import { endOfDay } from "@/lib/tasks/due";

const PRIORITIES = ["low", "normal", "high"] as const;

/** Write down a new task. */
export function AddTask({ onAdd }: { onAdd: (draft: Draft) => void }) {
  const [title, setTitle] = useState("");
  const [day, setDay] = useState("");
  const [priority, setPriority] = useState<(typeof PRIORITIES)[number]>("normal");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!title.trim()) return;
    onAdd({ title: title.trim(), due_at: day ? endOfDay(day) : null, priority });
    setTitle("");
    setDay("");
    setPriority("normal");
  }

  return (
    <form
      aria-label="Add a task"
      onSubmit={submit}
      className="rounded-2xl border border-line bg-surface shadow-xs focus-within:border-control"
    >
      <input
        aria-label="Title"
        placeholder="What needs doing?"
        className="w-full rounded-t-2xl bg-transparent px-4 py-3.5 placeholder:text-muted focus:outline-none"
        value={title}
        onChange={(event) => setTitle(event.target.value)}
        maxLength={200}
        autoComplete="off"
        enterKeyHint="done"
      />
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-2.5">
        <label className="flex items-center gap-2 text-sm text-muted">
          Due
          <input
            type="date"
            className="field"
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        </label>
        <label className="flex items-center gap-2 text-sm text-muted">
          Priority
          <select
            className="field"
            value={priority}
            onChange={(event) => setPriority(event.target.value as typeof priority)}
          >
            {PRIORITIES.map((name) => (
              <option key={name} value={name}>
                {name[0]?.toUpperCase() + name.slice(1)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button-primary ml-auto" disabled={!title.trim()}>
          Add
        </button>
      </div>
    </form>
  );
}
