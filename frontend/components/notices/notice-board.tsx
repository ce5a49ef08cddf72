"use client";

import { EmptyState } from "@/components/empty-state";
import { ListSkeleton } from "@/components/list-skeleton";
import { LoadMore } from "@/components/load-more";
import { ProblemPanel } from "@/components/problem-panel";
import { useMarkNotices, useNotices, useUnread } from "@/lib/notices/use-notices";
import { useNotify } from "@/lib/toast";
import { DeviceSetting } from "./device-setting";
import { NoticeList } from "./notice-list";

/** Show what a person was reminded of, and let them tick it off. */
export function NoticeBoard({ userId }: { userId: string }) {
  const query = useNotices(userId);
  const { count } = useUnread(userId);
  const notify = useNotify();
  const mark = useMarkNotices(userId, ({ message }) =>
    notify({ tone: "error", text: "Could not mark it", detail: message }),
  );
  const retry = () => (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());

  if (query.isPending) return <ListSkeleton label="Loading notices" />;
  if (!query.data && query.error) return <ProblemPanel error={query.error} onRetry={retry} />;
  return (
    <div className="space-y-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <DeviceSetting />
        {count > 0 && (
          <button type="button" className="button-quiet" onClick={() => mark("all")}>
            Mark all as read
          </button>
        )}
      </div>
      {query.notices.length > 0 ? (
        <NoticeList notices={query.notices} onMark={({ id }, read) => mark({ id, read })} />
      ) : (
        <EmptyState
          title="No notices yet"
          hint="Give a task a reminder, and you are told of it here when its time has come."
        />
      )}
      {query.error && <ProblemPanel error={query.error} onRetry={retry} />}
      <LoadMore query={query} />
    </div>
  );
}
