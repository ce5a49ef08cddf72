"use client";

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
        <div
          role="status"
          className="rounded-2xl border border-dashed border-line px-6 py-12 text-center"
        >
          <p className="font-medium">Nothing happened yet</p>
          <p className="mt-1 text-sm text-muted">What becomes of your tasks is listed here.</p>
        </div>
      )}
      {query.error && <ProblemPanel error={query.error} onRetry={retry} />}
      <LoadMore query={query} />
    </div>
  );
}
