"use client";

import { usePathname, useRouter } from "next/navigation";
import { useChat } from "@/lib/chat/use-chat";
import { Composer } from "./composer";
import { ConversationBar } from "./conversation-bar";
import { ConversationList } from "./conversation-list";
import { Thread } from "./thread";

/** The conversations of one person, and the one that is open. */
export function ChatRoom({ userId }: { userId: string }) {
  const router = useRouter();
  const conversationId = usePathname().split("/")[2] ?? null;
  // Replaced without a navigation, which would end the reply that is being heard.
  const chat = useChat(userId, conversationId, (id) =>
    window.history.replaceState(null, "", `/chat/${id}`),
  );
  const opened = chat.conversation.head;

  return (
    <div className="flex h-[calc(100dvh-var(--bar))]">
      <aside className="hidden w-64 shrink-0 overflow-y-auto border-r border-line p-3 xl:block">
        <ConversationList userId={userId} current={conversationId} />
      </aside>
      <div className="flex min-w-0 grow flex-col">
        <ConversationBar
          // A title half written belongs to the conversation it was written for.
          key={opened?.id}
          userId={userId}
          conversation={opened}
          onDeleted={() => router.push("/chat")}
        />
        <Thread chat={chat} />
        <Composer busy={chat.busy} onSend={chat.send} onStop={chat.stop} />
      </div>
    </div>
  );
}
