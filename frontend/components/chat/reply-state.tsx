"use client";

import type { ReactNode } from "react";
import { choicesOf } from "@/lib/chat/choices";
import { outcomeOf } from "@/lib/chat/results";
import type { Chat } from "@/lib/chat/use-chat";

/** Say how it stands with the reply, what can be done about it, and, once, what was replied. */
export function ReplyState({ chat }: { chat: Chat }) {
  return (
    <div className="mt-5">
      <Standing chat={chat} />
      {/* A screen reader hears the whole reply when it is there, and not every word as it comes. */}
      <p role="status" className="sr-only">
        {spoken(chat)}
      </p>
    </div>
  );
}

function Standing({ chat }: { chat: Chat }) {
  const { exchange, messages, recover, send, conversation } = chat;
  const last = messages.at(-1);
  switch (exchange?.state.kind) {
    case "replying":
      return last?.role === "user" ? <Waiting /> : null;
    case "stopped":
      return (
        <Note action="Show the whole reply" onAct={recover}>
          You stopped listening. The assistant may have gone on.
        </Note>
      );
    case "lost":
      return (
        <Note alert action="Try again" onAct={recover}>
          <strong className="font-medium text-danger">Connection lost.</strong> Your message is
          kept; first it is looked up whether it was answered.
        </Note>
      );
    case "refused":
      return (
        <Note alert action="Try again" onAct={recover}>
          <strong className="font-medium text-danger">No reply.</strong>{" "}
          {exchange.state.error.message}
        </Note>
      );
  }
  if (conversation.head?.replying) return <Waiting />;
  const unanswered = last?.role === "user" || last?.problem;
  const question = messages.findLast(({ role }) => role === "user")?.text;
  if (!unanswered || !question) return null;
  return (
    <Note action="Ask again" onAct={() => send(question)}>
      {last?.role === "user" ? "No reply came." : "The reply ended early."}
    </Note>
  );
}

interface NoteProps {
  alert?: boolean;
  action: string;
  onAct: () => void;
  children: ReactNode;
}

function Note({ alert, action, onAct, children }: NoteProps) {
  return (
    <div role={alert ? "alert" : undefined} className="flex flex-wrap items-center gap-3 text-sm">
      <p className="text-muted">{children}</p>
      <button type="button" className="button-quiet py-1.5" onClick={onAct}>
        {action}
      </button>
    </div>
  );
}

function Waiting() {
  return (
    <p className="flex gap-1 py-2 text-muted">
      <span className="sr-only">The assistant is thinking</span>
      {["", "[animation-delay:150ms]", "[animation-delay:300ms]"].map((delay) => (
        <span
          key={delay}
          aria-hidden="true"
          className={`size-2 rounded-full bg-control motion-safe:animate-pulse ${delay}`}
        />
      ))}
    </p>
  );
}

function spoken(chat: Chat): string {
  const { exchange, messages, heard } = chat;
  if (exchange?.state.kind === "replying") return "The assistant is replying";
  const last = messages.at(-1);
  if (!heard || last?.role !== "assistant") return "";
  const choices = choicesOf(chat);
  const done = last.tools
    .map(outcomeOf)
    .flatMap(({ label, tasks }) => tasks.map(({ title }) => `${label}: ${title}.`));
  const answers = choices.length > 0 ? [`Answers to choose from: ${choices.join("; ")}.`] : [];
  return ["Assistant:", last.text, ...done, ...answers].join(" ");
}
