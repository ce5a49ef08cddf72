"use client";

import { CheckIcon, TrashIcon } from "@/components/icons";
import type { ShownTask } from "@/lib/tasks/overlay";
import { TaskFacts } from "./task-facts";

/** The actions a list offers on a task. */
export interface TaskActions {
  toggle: (task: ShownTask) => void;
  open: (task: ShownTask) => void;
  remove: (task: ShownTask) => void;
  chooseTag: (tag: string) => void;
}

interface Props extends TaskActions {
  task: ShownTask;
  now: Date;
}

/** One task: complete it, open it, delete it. */
export function TaskRow({ task, now, toggle, open, remove, chooseTag }: Props) {
  const rim = task.priority === "high" ? "border-warning bg-warning/10" : "border-control";
  return (
    <li
      data-task={task.id}
      aria-busy={task.state !== "saved"}
      className={`group flex items-start gap-1 py-1.5 pr-2 pl-4 ${task.state === "new" ? "opacity-60" : ""}`}
    >
      <span
        className={`relative mt-2.5 grid size-5.5 shrink-0 place-items-center rounded-full border-[1.5px] text-transparent transition-colors hover:border-accent has-checked:border-accent has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${rim}`}
      >
        <input
          type="checkbox"
          // Larger than it looks, to be hit with a thumb.
          className="absolute -inset-2.5 cursor-pointer opacity-0"
          checked={task.completed}
          onChange={() => toggle(task)}
          aria-label={`Complete ${task.title}`}
        />
        <CheckIcon />
      </span>
      <div className="min-w-0 grow py-2 pl-2.5">
        <button
          type="button"
          aria-haspopup="dialog"
          className={`-mx-1 max-w-full rounded px-1 text-left break-words hover:text-accent ${task.completed ? "text-muted line-through decoration-1" : ""}`}
          onClick={() => open(task)}
        >
          {task.title}
        </button>
        <TaskFacts task={task} now={now} onTag={chooseTag} />
      </div>
      <button
        type="button"
        aria-label={`Delete ${task.title}`}
        className="icon-button transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 hover:text-danger pointer-fine:opacity-0"
        onClick={() => remove(task)}
      >
        <TrashIcon />
      </button>
    </li>
  );
}
