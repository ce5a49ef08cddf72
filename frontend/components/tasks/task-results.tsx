"use client";

import { ListSkeleton } from "@/components/list-skeleton";
import { LoadMore } from "@/components/load-more";
import { ProblemPanel } from "@/components/problem-panel";
import type { Selection } from "@/lib/api/tasks";
import type { Change } from "@/lib/tasks/overlay";
import type { useTasks } from "@/lib/tasks/use-tasks";
import { EmptyTasks } from "./empty-tasks";
import { TaskList } from "./task-list";

interface Props {
  query: ReturnType<typeof useTasks>;
  selection: Selection;
  onChange: (change: Change) => void;
}

/** Show the tasks found, or why there are none to see. */
export function TaskResults({ query, selection, onChange }: Props) {
  const { tasks, error } = query;
  const retry = () => (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());

  if (query.isPending) return <ListSkeleton label="Loading tasks" />;
  if (!query.data && error) return <ProblemPanel error={error} onRetry={retry} />;
  return (
    <div className="space-y-5" aria-busy={query.isPlaceholderData}>
      {tasks.length > 0 ? (
        <TaskList tasks={tasks} onChange={onChange} />
      ) : (
        <EmptyTasks selection={selection} />
      )}
      {error && <ProblemPanel error={error} onRetry={retry} />}
      <LoadMore query={query} />
    </div>
  );
}
