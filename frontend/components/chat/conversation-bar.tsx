"use client";

import { type SubmitEvent, useId, useState } from "react";
import { Dialog } from "@/components/dialog";
import { ListIcon, PencilIcon, TrashIcon } from "@/components/icons";
import { LengthNote } from "@/components/length-note";
import type { Conversation } from "@/lib/api/client";
import { useChangeConversations } from "@/lib/chat/use-conversations";
import { excessOf, LIMITS } from "@/lib/limits";
import { useNotify } from "@/lib/toast";
import { ConversationList } from "./conversation-list";
import { DeleteConversation } from "./delete-conversation";

interface Props {
  userId: string;
  /** The one that is open; nothing for a new one. */
  conversation: Conversation | undefined;
  onDeleted: () => void;
}

/** Head a conversation: its title, and what can be done to it. */
export function ConversationBar({ userId, conversation, onDeleted }: Props) {
  const [mode, setMode] = useState<"reading" | "renaming" | "deleting" | "choosing">("reading");
  const { rename } = useChangeConversations(userId);
  const notify = useNotify();
  const back = () => setMode("reading");

  async function save(title: string) {
    back();
    if (!conversation || !title || title === conversation.title) return;
    await rename({ id: conversation.id, title }).catch(({ message }: Error) =>
      notify({ tone: "error", text: `Could not rename it “${title}”`, detail: message }),
    );
  }

  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-4">
      {mode === "renaming" && conversation ? (
        <TitleForm title={conversation.title} onSave={save} onCancel={back} />
      ) : (
        <>
          <h1 className="min-w-0 grow truncate font-semibold">
            {conversation?.title ?? "New conversation"}
          </h1>
          {conversation && (
            <>
              <button
                type="button"
                aria-label="Rename this conversation"
                className="icon-button"
                onClick={() => setMode("renaming")}
              >
                <PencilIcon />
              </button>
              <button
                type="button"
                aria-label="Delete this conversation"
                className="icon-button hover:text-danger"
                onClick={() => setMode("deleting")}
              >
                <TrashIcon />
              </button>
            </>
          )}
          <button
            type="button"
            aria-label="Conversations"
            aria-haspopup="dialog"
            className="icon-button xl:hidden"
            onClick={() => setMode("choosing")}
          >
            <ListIcon />
          </button>
        </>
      )}
      {mode === "choosing" && (
        <Dialog title="Conversations" onClose={back}>
          <ConversationList userId={userId} current={conversation?.id ?? null} onChoose={back} />
        </Dialog>
      )}
      {mode === "deleting" && conversation && (
        <DeleteConversation
          userId={userId}
          conversation={conversation}
          onDeleted={onDeleted}
          onClose={back}
        />
      )}
    </header>
  );
}

interface TitleFormProps {
  title: string;
  onSave: (title: string) => void;
  onCancel: () => void;
}

function TitleForm({ title, onSave, onCancel }: TitleFormProps) {
  const [text, setText] = useState(title);
  const note = useId();
  const sendable = text.trim() !== "" && excessOf(text, LIMITS.title) === 0;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (excessOf(text, LIMITS.title) === 0) onSave(text.trim());
  }

  return (
    <form onSubmit={submit} className="flex min-w-0 grow items-center gap-2">
      <h1 className="sr-only">{title}</h1>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person just asked to edit this text.
        autoFocus
        aria-label="Title of the conversation"
        className="field min-w-0 grow"
        value={text}
        aria-invalid={excessOf(text, LIMITS.title) > 0}
        aria-describedby={note}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => event.key === "Escape" && onCancel()}
      />
      <LengthNote id={note} text={text} limit={LIMITS.title} />
      <button type="submit" className="button-primary py-1.5" disabled={!sendable}>
        Save
      </button>
    </form>
  );
}
