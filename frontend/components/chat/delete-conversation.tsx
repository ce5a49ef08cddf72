"use client";

import { ConfirmDialog } from "@/components/confirm-dialog";
import type { Conversation } from "@/lib/api/client";
import { useChangeConversations } from "@/lib/chat/use-conversations";
import { useNotify } from "@/lib/toast";

interface Props {
  userId: string;
  conversation: Conversation;
  onDeleted: () => void;
  onClose: () => void;
}

/** Ask before a conversation is deleted. */
export function DeleteConversation({ userId, conversation, onDeleted, onClose }: Props) {
  const { remove } = useChangeConversations(userId);
  const notify = useNotify();

  async function confirm() {
    await remove(conversation.id);
    notify({ tone: "info", text: `Deleted “${conversation.title}”` });
    onDeleted();
  }

  return (
    <ConfirmDialog
      title="Delete this conversation?"
      action="Delete"
      onConfirm={confirm}
      onClose={onClose}
    >
      “{conversation.title}” goes for good. Tasks that it made stay as they are.
    </ConfirmDialog>
  );
}
