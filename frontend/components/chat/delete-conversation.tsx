"use client";

import { useState } from "react";
import { Dialog } from "@/components/dialog";
import type { Conversation } from "@/lib/api/client";
import { useChangeConversations } from "@/lib/chat/use-conversations";
import { useNotify } from "@/lib/toast";

interface Props {
  userId: string;
  conversation: Conversation;
  onDeleted: () => void;
  onClose: () => void;
}

/** Ask before a conversation is deleted: there is no way back. */
export function DeleteConversation({ userId, conversation, onDeleted, onClose }: Props) {
  const { remove } = useChangeConversations(userId);
  const notify = useNotify();
  const [problem, setProblem] = useState("");

  async function confirm() {
    setProblem("");
    try {
      await remove(conversation.id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return;
    }
    notify({ tone: "info", text: `Deleted “${conversation.title}”` });
    onDeleted();
  }

  return (
    <Dialog title="Delete this conversation?" onClose={onClose}>
      <p className="break-words">
        “{conversation.title}” goes for good. Tasks that it made stay as they are.
      </p>
      {problem && (
        <p role="alert" className="mt-3 text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="mt-6 flex justify-end gap-2">
        <button type="button" className="button-quiet" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="button-primary bg-danger" onClick={confirm}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
