"use client";

import { ListSkeleton } from "@/components/list-skeleton";
import { LoadMore } from "@/components/load-more";
import { ProblemPanel } from "@/components/problem-panel";
import type { Group } from "@/lib/tasks/groups";
import type { ShownTask } from "@/lib/tasks/overlay";
import type { useTasks } from "@/lib/tasks/use-tasks";
import type { View } from "@/lib/tasks/use-view";
import { EmptyTasks } from "./empty-tasks";
import { TaskList } from "./task-list";
import type { TaskActions } from "./task-row";

interface Props {
  query: ReturnType<typeof useTasks>;
  groups: readonly Group<ShownTask>[];
  view: View;
  now: Date;
  actions: TaskActions;
}

/** Show the tasks found, or why there are none to see. */
export function TaskResults({ query, groups, view, now, actions }: Props) {
  const { error } = query;
  const retry = () => (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());

  if (query.isPending) return <ListSkeleton label="Loading tasks" />;
  if (!query.data && error) return <ProblemPanel error={error} onRetry={retry} />;
  return (
    <div
      aria-busy={query.isPlaceholderData}
      className={`space-y-5 transition-opacity ${query.isPlaceholderData ? "opacity-60" : ""}`}
    >
      {groups.length > 0 ? (
        <TaskList groups={groups} now={now} actions={actions} />
      ) : (
        <EmptyTasks view={view} />
      )}
      {error && <ProblemPanel error={error} onRetry={retry} />}
      <LoadMore query={query} />
    </div>
  );
}
