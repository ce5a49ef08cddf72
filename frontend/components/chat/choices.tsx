"use client";

import { choicesOf } from "@/lib/chat/choices";
import type { Chat } from "@/lib/chat/use-chat";

/**
 * Offer the answers to what was asked last, beside the words that anybody can write.
 *
 * @param onChosen called after a press, when the button is about to go.
 */
export function Choices({ chat, onChosen }: { chat: Chat; onChosen: () => void }) {
  const choices = choicesOf(chat);
  if (choices.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset belongs to a form, and nothing is filled in.
    <div role="group" aria-label="Answers" className="mt-3 flex flex-wrap gap-2">
      {choices.map((words) => (
        <button
          key={words}
          type="button"
          className="button-quiet max-w-full text-left break-words"
          onClick={() => {
            onChosen();
            void chat.send(words);
          }}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
