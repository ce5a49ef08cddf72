"use client";

import { useRef } from "react";
import type { Change, ShownTask } from "@/lib/tasks/overlay";
import { useRowFocus } from "@/lib/use-row-focus";
import { TaskRow } from "./task-row";

interface Props {
  tasks: readonly ShownTask[];
  onChange: (change: Change) => void;
}

/** List tasks; the keyboard's place in the list survives rows that leave it. */
export function TaskList({ tasks, onChange }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useRowFocus(list);
  return (
    <ul
      ref={list}
      aria-label="Tasks"
      className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-xs"
    >
      {tasks.map((task) => (
        <TaskRow key={task.id} task={task} onChange={onChange} />
      ))}
    </ul>
  );
}
