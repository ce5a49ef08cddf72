import { describeEntry, describeMoment } from "@/lib/activity/words";
import type { ActivityEntry } from "@/lib/api/client";

/** List what happened, one line each. */
export function ActivityList({ entries }: { entries: readonly ActivityEntry[] }) {
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {entries.map((entry) => (
        <li
          key={entry.id}
          className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-3"
        >
          <p className="min-w-0 break-words">
            {describeEntry(entry)} <span className="font-medium">{entry.title}</span>
          </p>
          <time dateTime={entry.occurred_at} className="text-sm text-muted">
            {describeMoment(entry.occurred_at)}
          </time>
        </li>
      ))}
    </ul>
  );
}
