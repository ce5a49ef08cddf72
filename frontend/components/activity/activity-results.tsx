"use client";

import { EmptyState } from "@/components/empty-state";
import { ListSkeleton } from "@/components/list-skeleton";
import { LoadMore } from "@/components/load-more";
import { ProblemPanel } from "@/components/problem-panel";
import { useActivity } from "@/lib/activity/use-activity";
import { ActivityList } from "./activity-list";

/** Show what happened, or why there is nothing to see. */
export function ActivityResults({ userId }: { userId: string }) {
  const query = useActivity(userId);
  const retry = () => (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());

  if (query.isPending) return <ListSkeleton label="Loading activity" />;
  if (!query.data && query.error) return <ProblemPanel error={query.error} onRetry={retry} />;
  return (
    <div className="space-y-5">
      {query.entries.length > 0 ? (
        <ActivityList entries={query.entries} />
      ) : (
        <EmptyState
          title="Nothing happened yet"
          hint="What becomes of your tasks is listed here."
        />
      )}
      {query.error && <ProblemPanel error={query.error} onRetry={retry} />}
      <LoadMore query={query} />
    </div>
  );
}
