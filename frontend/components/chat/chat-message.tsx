"use client";

import { memo } from "react";
import type { Message } from "@/lib/api/client";
import { ToolCard } from "./tool-card";

/** One message: the person's own as they wrote it, the assistant's with what it did. */
export const ChatMessage = memo(function ChatMessage(props: { message: Message; now: Date }) {
  const { message, now } = props;
  if (message.role === "user") {
    return (
      <li className="ml-auto w-fit max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap">
        <span className="sr-only">You: </span>
        {message.text}
      </li>
    );
  }
  return (
    <li className="max-w-[95%] space-y-3">
      {message.text && (
        <p className="break-words whitespace-pre-wrap">
          <span className="sr-only">Assistant: </span>
          {message.text}
        </p>
      )}
      {message.tools.map((tool) => (
        <ToolCard key={tool.id} tool={tool} now={now} />
      ))}
      {message.problem && (
        <p className="text-sm text-danger">
          {message.problem.title}. <span className="text-muted">{message.problem.detail}</span>
        </p>
      )}
    </li>
  );
});
