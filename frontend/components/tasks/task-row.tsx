"use client";

import { useState } from "react";
import { CheckIcon, PencilIcon, TrashIcon } from "@/components/icons";
import type { Change, ShownTask } from "@/lib/tasks/overlay";
import { TaskFacts } from "./task-facts";
import { TitleEditor } from "./title-editor";

interface Props {
  task: ShownTask;
  onChange: (change: Change) => void;
}

/** One task: complete it, rename it, delete it. */
export function TaskRow({ task, onChange }: Props) {
  const [mode, setMode] = useState<"reading" | "editing" | "edited">("reading");
  // A task without its name from the backend cannot be addressed yet. It stays focusable.
  const unnamed = task.state === "new";
  const toggle = () =>
    !unnamed && onChange({ kind: "edit", task, changes: { completed: !task.completed } });

  if (mode === "editing") {
    return (
      <li className="p-2">
        <TitleEditor
          title={task.title}
          onSave={(title) => {
            setMode("edited");
            onChange({ kind: "edit", task, changes: { title }, version: task.version });
          }}
          onCancel={() => setMode("edited")}
        />
      </li>
    );
  }
  return (
    <li
      aria-busy={task.state !== "saved"}
      className={`flex items-start gap-1 py-1.5 pr-2 pl-1 ${unnamed ? "opacity-60" : ""}`}
    >
      <label className="flex min-w-0 grow items-start gap-3 py-2 pl-3">
        <span className="relative mt-0.5 grid size-5 shrink-0 place-items-center rounded-full border-[1.5px] border-control text-transparent transition-colors hover:border-accent has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
          <input
            type="checkbox"
            className="absolute inset-0 opacity-0"
            checked={task.completed}
            onChange={toggle}
            aria-label={`Complete ${task.title}`}
          />
          <CheckIcon />
        </span>
        <span className="min-w-0 grow">
          <span
            className={`block break-words ${task.completed ? "text-muted line-through decoration-1" : ""}`}
          >
            {task.title}
          </span>
          <TaskFacts task={task} />
        </span>
      </label>
      <button
        type="button"
        aria-label={`Rename ${task.title}`}
        // biome-ignore lint/a11y/noAutofocus: gives the keyboard its place back after editing.
        autoFocus={mode === "edited"}
        className="icon-button"
        // The version sent back must be one the backend gave, not one it is about to replace.
        onClick={() => task.state === "saved" && setMode("editing")}
      >
        <PencilIcon />
      </button>
      <button
        type="button"
        aria-label={`Delete ${task.title}`}
        className="icon-button hover:text-danger"
        onClick={() => !unnamed && onChange({ kind: "remove", task })}
      >
        <TrashIcon />
      </button>
    </li>
  );
}
