"use client";

import type { ReactNode } from "react";
import { useHydrated } from "@/hooks/use-hydrated";
import { useUser } from "@/hooks/use-user";
import { ListSkeleton } from "./list-skeleton";
import { ProblemPanel } from "./problem-panel";
import { Account } from "./shell/account";

interface Props {
  title: string;
  /** Stands beside the heading. */
  aside?: ReactNode;
  /** The page itself, for the person who is signed in. */
  children: (userId: string) => ReactNode;
}

/** Head a page, and show its content once it is known whose it is. */
export function PageFrame({ title, aside, children }: Props) {
  const user = useUser();
  const hydrated = useHydrated();
  return (
    <div className="mx-auto max-w-3xl px-4 pt-6 pb-24 sm:px-8 sm:pt-12">
      <div className="mb-6 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h1 className="text-2xl font-semibold tracking-tight sm:text-3xl">{title}</h1>
        <div className="flex min-w-0 items-baseline gap-4">
          {aside}
          <Account className="lg:hidden" />
        </div>
      </div>
      {hydrated && user.data ? (
        children(user.data.id)
      ) : hydrated && user.error ? (
        <ProblemPanel error={user.error} onRetry={user.refetch} />
      ) : (
        <ListSkeleton label={`Loading ${title.toLowerCase()}`} />
      )}
    </div>
  );
}
