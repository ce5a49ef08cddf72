"use client";

import { type ReactNode, useId } from "react";
import { useNow } from "@/hooks/use-now";
import { groupByDay } from "@/lib/activity/messages";

interface Props<T> {
  entries: readonly T[];
  momentOf: (entry: T) => string;
  /** One list item. */
  row: (entry: T) => ReactNode;
}

/** List what happened under the day it happened on. */
export function DayGroups<T>({ entries, momentOf, row }: Props<T>) {
  const now = useNow();
  return (
    <div className="space-y-6">
      {groupByDay(entries, momentOf, now).map((group) => (
        <Day key={group.day} name={group.day}>
          {group.entries.map(row)}
        </Day>
      ))}
    </div>
  );
}

function Day({ name, children }: { name: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className="mb-2 px-1 text-sm font-semibold">
        {name}
      </h2>
      <ul aria-labelledby={heading} className="card divide-y divide-line shadow-xs">
        {children}
      </ul>
    </section>
  );
}
