"use client";

import { ListSkeleton } from "@/components/list-skeleton";
import { ProblemPanel } from "@/components/problem-panel";
import { useHydrated } from "@/hooks/use-hydrated";
import { useUser } from "@/hooks/use-user";
import { ChatRoom } from "./chat-room";

/** The page of talking to the assistant. */
export function ChatPage() {
  const user = useUser();
  const hydrated = useHydrated();
  if (hydrated && user.data) return <ChatRoom userId={user.data.id} />;
  return (
    <div className="mx-auto max-w-3xl px-4 pt-6 sm:px-8 sm:pt-12">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight sm:text-3xl">Chat</h1>
      {hydrated && user.error ? (
        <ProblemPanel error={user.error} onRetry={user.refetch} />
      ) : (
        <ListSkeleton label="Loading the chat" />
      )}
    </div>
  );
}
