import type { Chat } from "./use-chat";

/** The answers that can be pressed: those of the last message, until something is said. */
export function choicesOf({
  exchange,
  messages,
  conversation,
}: Pick<Chat, "exchange" | "messages" | "conversation">): readonly string[] {
  if (exchange !== null || conversation.head?.replying) return [];
  // A backend of the release before gives none.
  return messages.at(-1)?.choices ?? [];
}
