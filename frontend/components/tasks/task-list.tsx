"use client";

import { useId, useRef } from "react";
import { useRowFocus } from "@/hooks/use-row-focus";
import { useRowKeys } from "@/hooks/use-row-keys";
import type { Group } from "@/lib/tasks/groups";
import type { ShownTask } from "@/lib/tasks/overlay";
import { type TaskActions, TaskRow } from "./task-row";

interface Props {
  groups: readonly Group<ShownTask>[];
  now: Date;
  actions: TaskActions;
}

/** List tasks; the keyboard's place in the list survives rows that leave it. */
export function TaskList({ groups, now, actions }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const tasks = groups.flatMap((group) => group.tasks);
  useRowFocus(list);
  useRowKeys(list, tasks, { x: actions.toggle, Delete: actions.remove });
  return (
    <div ref={list} className="space-y-6">
      {groups.map((group) => (
        <TaskGroup key={group.title} group={group} now={now} actions={actions} />
      ))}
    </div>
  );
}

interface GroupProps {
  group: Group<ShownTask>;
  now: Date;
  actions: TaskActions;
}

function TaskGroup({ group, now, actions }: GroupProps) {
  const heading = useId();
  const name = group.title ? { "aria-labelledby": heading } : { "aria-label": "Tasks" };
  return (
    <section {...(group.title && name)}>
      {group.title && (
        <h2
          id={heading}
          className={`mb-2 flex items-baseline gap-2 px-1 text-sm font-semibold ${group.title === "Overdue" ? "text-danger" : ""}`}
        >
          {group.title}
        </h2>
      )}
      <ul {...name} className="card divide-y divide-line shadow-xs">
        {group.tasks.map((task) => (
          <TaskRow key={task.id} task={task} now={now} {...actions} />
        ))}
      </ul>
    </section>
  );
}
