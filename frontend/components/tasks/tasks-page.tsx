"use client";

import { useQuery } from "@tanstack/react-query";
import { ProblemPanel } from "@/components/problem-panel";
import { readUser } from "@/lib/api/tasks";
import { TaskBoard } from "./task-board";
import { TaskSkeleton } from "./task-skeleton";

/** The page of one person's tasks. */
export function TasksPage() {
  const user = useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => readUser(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <div className="mx-auto max-w-2xl px-4 pt-8 pb-32 sm:pt-14">
      <header className="mb-6 flex items-baseline justify-between gap-4">
        <h1 className="text-3xl font-semibold tracking-tight">Tasks</h1>
        {user.data && <p className="truncate text-sm text-muted">{user.data.name}</p>}
      </header>
      <main>
        {user.data ? (
          <TaskBoard userId={user.data.id} />
        ) : user.error ? (
          <ProblemPanel error={user.error} onRetry={user.refetch} />
        ) : (
          <TaskSkeleton />
        )}
      </main>
    </div>
  );
}
