"use client";

import Link from "next/link";
import { CheckIcon, CloseIcon } from "@/components/icons";
import { TaskFacts } from "@/components/tasks/task-facts";
import type { Task, ToolUse } from "@/lib/api/client";
import { outcomeOf } from "@/lib/chat/results";

const MOST_SHOWN = 10;

/** Show what the assistant did, with the way to each task. */
export function ToolCard({ tool, now }: { tool: ToolUse; now: Date }) {
  const { label, tasks, leftOut, goesOn, gone, problem } = outcomeOf(tool);
  if (tool.status === "running") {
    return <p className="text-sm text-muted motion-safe:animate-pulse">{label}…</p>;
  }
  if (problem !== null) {
    return (
      <p className="card flex items-start gap-2 border-danger px-4 py-3 text-sm">
        <span className="mt-0.5 text-danger">
          <CloseIcon />
        </span>
        {problem}
      </p>
    );
  }
  const hidden = Math.max(0, tasks.length - MOST_SHOWN) + leftOut;
  if (tasks.length + leftOut === 0) return null;
  return (
    <section aria-label={label} className="card overflow-hidden shadow-xs">
      <p className="flex items-center gap-1.5 bg-sunken px-4 py-1.5 text-[0.8125rem] font-medium text-muted">
        <CheckIcon /> {label}
      </p>
      <ol className="divide-y divide-line">
        {tasks.slice(0, MOST_SHOWN).map((task, index) => (
          <li key={task.id} className="flex gap-2.5 px-4 py-2.5">
            {/* "Finish the second one" is a thing to say. */}
            {tasks.length > 1 && <span className="text-muted tabular-nums">{index + 1}</span>}
            <div className="min-w-0">
              <TaskName task={task} gone={gone} />
              <TaskFacts task={task} now={now} />
            </div>
          </li>
        ))}
      </ol>
      {(hidden > 0 || goesOn) && (
        <p className="border-t border-line px-4 py-2 text-sm text-muted">
          {others(hidden, goesOn)}
        </p>
      )}
    </section>
  );
}

/** Say how many tasks are not shown; of a list that goes on, only the least is known. */
function others(hidden: number, goesOn: boolean): string {
  if (!goesOn) return `and ${hidden} more`;
  return hidden > 0 ? `and at least ${hidden} more` : "and more";
}

function TaskName({ task, gone }: { task: Task; gone: boolean }) {
  const done = task.completed ? "text-muted line-through decoration-1" : "";
  if (gone) return <span className="break-words text-muted line-through">{task.title}</span>;
  return (
    <Link href={`/?task=${task.id}`} className={`break-words hover:text-accent ${done}`}>
      {task.title}
    </Link>
  );
}
