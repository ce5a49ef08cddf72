"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { useLive } from "@/lib/activity/use-live";
import { readUser } from "@/lib/api/tasks";
import { ListSkeleton } from "./list-skeleton";
import { ProblemPanel } from "./problem-panel";
import { SignedIn } from "./session/signed-in";

const PAGES = [
  { title: "Tasks", address: "/" },
  { title: "Activity", address: "/activity" },
] as const;

interface Props {
  title: (typeof PAGES)[number]["title"];
  /** What the page shows of the person who is signed in. */
  children: (userId: string) => ReactNode;
}

/** Surround a page with its heading, the way to the others, and whose it is. */
export function PageFrame({ title, children }: Props) {
  const user = useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => readUser(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useLive(user.data?.id);
  return (
    <div className="mx-auto max-w-2xl px-4 pt-8 pb-32 sm:pt-14">
      <header className="mb-6">
        <div className="flex items-baseline justify-between gap-4">
          <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
          {user.data && <SignedIn name={user.data.name} />}
        </div>
        <nav aria-label="Pages" className="mt-3 flex gap-4 text-sm">
          {PAGES.map((page) => (
            <Link
              key={page.address}
              href={page.address}
              aria-current={page.title === title ? "page" : undefined}
              className="text-muted hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
            >
              {page.title}
            </Link>
          ))}
        </nav>
      </header>
      <main>
        {user.data ? (
          children(user.data.id)
        ) : user.error ? (
          <ProblemPanel error={user.error} onRetry={user.refetch} />
        ) : (
          <ListSkeleton label={`Loading ${title.toLowerCase()}`} />
        )}
      </main>
    </div>
  );
}
