"use client";

import { useEffect } from "react";
import { useStickToBottom } from "use-stick-to-bottom";
import { ArrowDownIcon } from "@/components/icons";
import { ListSkeleton } from "@/components/list-skeleton";
import { ProblemPanel } from "@/components/problem-panel";
import { useNow } from "@/hooks/use-now";
import type { Chat } from "@/lib/chat/use-chat";
import { ChatMessage } from "./chat-message";
import { Choices } from "./choices";
import { ReplyState } from "./reply-state";
import { Suggestions } from "./suggestions";

/** Show what was said. It follows the newest words until the reader scrolls away from them. */
export function Thread({ chat }: { chat: Chat }) {
  const { messages, conversation } = chat;
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({
    initial: "instant",
    resize: "instant",
  });
  const now = useNow();
  // Whoever says something wants to see it, wherever they were reading.
  useEffect(() => {
    if (chat.busy) void scrollToBottom("instant");
  }, [chat.busy, scrollToBottom]);

  return (
    <div className="relative min-h-0 grow">
      <section
        ref={scrollRef}
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard cannot scroll.
        tabIndex={0}
        className="h-full overflow-y-auto -outline-offset-2"
      >
        <div ref={contentRef} className="mx-auto max-w-3xl px-4 py-6 sm:px-8">
          {conversation.isLoading ? (
            <ListSkeleton label="Loading the conversation" />
          ) : conversation.error && !conversation.data ? (
            <ProblemPanel error={conversation.error} onRetry={conversation.refetch} />
          ) : messages.length === 0 ? (
            <Suggestions onChoose={chat.send} />
          ) : (
            <>
              {conversation.hasNextPage && (
                <button
                  type="button"
                  className="button-quiet mx-auto mb-6 block"
                  onClick={() => conversation.fetchNextPage()}
                >
                  Show earlier messages
                </button>
              )}
              <ol className="space-y-6">
                {messages.map((message) => (
                  <ChatMessage key={message.id} message={message} now={now} />
                ))}
              </ol>
              {/* The button that was pressed goes; the keyboard stays where its reply comes. */}
              <Choices chat={chat} onChosen={() => scrollRef.current?.focus()} />
              <ReplyState chat={chat} />
            </>
          )}
        </div>
      </section>
      {!isAtBottom && (
        <button
          type="button"
          aria-label="Go to the newest message"
          className="absolute bottom-3 left-1/2 grid size-9 -translate-x-1/2 place-items-center rounded-full border border-line bg-raised shadow-md"
          onClick={() => scrollToBottom("instant")}
        >
          <ArrowDownIcon />
        </button>
      )}
    </div>
  );
}
