"use client";

import Link from "next/link";
import { DayGroups } from "@/components/day-groups";
import { BellIcon, CheckIcon, DotIcon } from "@/components/icons";
import { describeTime } from "@/lib/activity/messages";
import type { Notice } from "@/lib/api/client";

type ShownNotice = Notice & { read: boolean };

interface Props {
  notices: readonly ShownNotice[];
  onMark: (notice: ShownNotice, read: boolean) => void;
}

/** List notices day by day; what is unread stands out. */
export function NoticeList({ notices, onMark }: Props) {
  return (
    <DayGroups
      entries={notices}
      momentOf={(notice) => notice.created_at}
      row={(notice) => (
        <Row key={notice.id} notice={notice} onMark={(read) => onMark(notice, read)} />
      )}
    />
  );
}

function Row({ notice, onMark }: { notice: ShownNotice; onMark: (read: boolean) => void }) {
  const { title, read } = notice;
  return (
    <li className="flex items-start gap-3 py-1.5 pr-2 pl-4">
      <span
        className={`mt-1.5 grid size-6 shrink-0 place-items-center rounded-full text-xs ${read ? "bg-sunken text-muted" : "bg-accent text-on-accent"}`}
      >
        <BellIcon />
      </span>
      <p className="min-w-0 grow py-1.5 break-words">
        {!read && <span className="sr-only">Unread: </span>}
        <span className="text-muted">Reminder of</span>{" "}
        <Link
          href={`/?task=${notice.task_id}`}
          className={`hover:text-accent ${read ? "" : "font-semibold"}`}
          onClick={() => !read && onMark(true)}
        >
          {title}
        </Link>
      </p>
      <time
        dateTime={notice.created_at}
        className="shrink-0 py-1.5 text-sm leading-6 text-muted tabular-nums"
      >
        {describeTime(notice.created_at)}
      </time>
      <button
        type="button"
        aria-label={`Mark “${title}” as ${read ? "unread" : "read"}`}
        title={`Mark as ${read ? "unread" : "read"}`}
        className="icon-button -ml-2"
        onClick={() => onMark(!read)}
      >
        {read ? <DotIcon /> : <CheckIcon />}
      </button>
    </li>
  );
}
