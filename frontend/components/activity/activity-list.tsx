"use client";

import Link from "next/link";
import { DayGroups } from "@/components/day-groups";
import { BellIcon, CheckIcon, PencilIcon, PlusIcon, TrashIcon } from "@/components/icons";
import { describeEntry, describeTime } from "@/lib/activity/messages";
import type { ActivityEntry } from "@/lib/api/client";

const ICONS = {
  "com.todo.task.created": PlusIcon,
  "com.todo.task.updated": PencilIcon,
  "com.todo.task.completed": CheckIcon,
  "com.todo.task.deleted": TrashIcon,
  "com.todo.reminder.due": BellIcon,
} as const;

/** List what happened, one line each, day by day. */
export function ActivityList({ entries }: { entries: readonly ActivityEntry[] }) {
  return (
    <DayGroups
      entries={entries}
      momentOf={(entry) => entry.occurred_at}
      row={(entry) => <Entry key={entry.id} entry={entry} />}
    />
  );
}

function Entry({ entry }: { entry: ActivityEntry }) {
  const Icon = ICONS[entry.type];
  const finished = entry.type === "com.todo.task.completed";
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <span
        className={`mt-px grid size-6 shrink-0 place-items-center rounded-full text-xs ${finished ? "bg-accent text-on-accent" : "bg-sunken text-muted"}`}
      >
        <Icon />
      </span>
      <p className="min-w-0 grow break-words">
        <span className="text-muted">{describeEntry(entry)}</span>{" "}
        {entry.type === "com.todo.task.deleted" ? (
          <span className="font-medium">{entry.title}</span>
        ) : (
          <Link href={`/?task=${entry.task_id}`} className="font-medium hover:text-accent">
            {entry.title}
          </Link>
        )}
      </p>
      <time
        dateTime={entry.occurred_at}
        className="shrink-0 text-sm leading-6 text-muted tabular-nums"
      >
        {describeTime(entry.occurred_at)}
      </time>
    </li>
  );
}
