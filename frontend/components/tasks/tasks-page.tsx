"use client";

import { PageFrame } from "@/components/page-frame";
import { useHydrated } from "@/hooks/use-hydrated";
import { useNow } from "@/hooks/use-now";
import { TaskBoard } from "./task-board";

/** The page of one person's tasks. */
export function TasksPage() {
  return (
    <PageFrame title="Tasks" aside={<Today />}>
      {(userId) => <TaskBoard userId={userId} />}
    </PageFrame>
  );
}

function Today() {
  const now = useNow();
  if (!useHydrated()) return null;
  const day = now.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  return <p className="text-sm text-muted">{day}</p>;
}
