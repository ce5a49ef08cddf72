import { api, type ConversationDetail, type ConversationPage, present } from "./client";
import { type ChatEvent, readEvents } from "./events";

const PAGE_SIZE = 50;

/** Read one page of conversations, those used last first. */
export async function listConversations(
  userId: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ConversationPage> {
  const { data } = await api.GET("/api/{user_id}/conversations", {
    params: {
      path: { user_id: userId },
      query: { limit: PAGE_SIZE, ...(cursor !== null && { cursor }) },
    },
    signal,
  });
  return present(data);
}

/** Read a conversation and its last messages, or those before; `cursor` comes from the page after. */
export async function readConversation(
  userId: string,
  conversationId: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ConversationDetail> {
  const { data } = await api.GET("/api/{user_id}/conversations/{conversation_id}", {
    params: {
      path: { user_id: userId, conversation_id: conversationId },
      query: { ...(cursor !== null && { cursor }) },
    },
    signal,
  });
  return present(data);
}

/** Give a conversation another title. */
export async function renameConversation(
  userId: string,
  conversationId: string,
  title: string,
): Promise<void> {
  await api.PATCH("/api/{user_id}/conversations/{conversation_id}", {
    params: { path: { user_id: userId, conversation_id: conversationId } },
    body: { title },
  });
}

/** Delete a conversation; the tasks it was about stay. */
export async function deleteConversation(userId: string, conversationId: string): Promise<void> {
  await api.DELETE("/api/{user_id}/conversations/{conversation_id}", {
    params: { path: { user_id: userId, conversation_id: conversationId } },
  });
}

/**
 * Say something to the assistant and follow its reply.
 *
 * @param conversationId the conversation it belongs to; null begins one.
 * @throws ApiProblem when it was refused, or when the reply breaks off before its end.
 */
export async function* sendMessage(
  userId: string,
  message: string,
  conversationId: string | null,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const { data } = await api.POST("/api/{user_id}/chat", {
    params: { path: { user_id: userId } },
    body: {
      message,
      conversation_id: conversationId,
      // "Tomorrow" is a day of the person's own calendar.
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    headers: { Accept: "text/event-stream" },
    parseAs: "stream",
    signal,
  });
  yield* readEvents(present(data) as ReadableStream<Uint8Array<ArrayBuffer>>, signal);
}
