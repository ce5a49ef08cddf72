"use client";

import Link from "next/link";
import { PlusIcon } from "@/components/icons";
import { LoadMore } from "@/components/load-more";
import { useConversations } from "@/lib/chat/use-conversations";

interface Props {
  userId: string;
  /** The one that is open. */
  current: string | null;
  onChoose?: () => void;
}

/** List the conversations, those used last first, and begin a new one. */
export function ConversationList({ userId, current, onChoose = () => {} }: Props) {
  const query = useConversations(userId);
  return (
    <nav aria-label="Conversations" className="space-y-3">
      <Link
        href="/chat"
        className="flex items-center gap-2 rounded-lg border border-line bg-surface px-3 py-2 text-sm font-medium hover:bg-sunken"
        onClick={onChoose}
      >
        <PlusIcon /> New conversation
      </Link>
      <ul className="space-y-0.5">
        {query.conversations.map(({ id, title }) => (
          <li key={id}>
            <Link
              href={`/chat/${id}`}
              aria-current={id === current ? "page" : undefined}
              className="block truncate rounded-lg px-3 py-2 text-sm text-muted -outline-offset-2 hover:bg-sunken hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent"
              onClick={onChoose}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
      {query.error && (
        <p role="alert" className="px-3 text-sm text-muted">
          The conversations cannot be read right now.{" "}
          <button type="button" className="text-accent underline" onClick={() => query.refetch()}>
            Try again
          </button>
        </p>
      )}
      <LoadMore query={query} />
    </nav>
  );
}
