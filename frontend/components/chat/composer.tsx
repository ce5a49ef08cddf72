"use client";

import { type KeyboardEvent, type SubmitEvent, useId, useState } from "react";
import { ArrowUpIcon, StopIcon } from "@/components/icons";
import { LengthNote } from "@/components/length-note";
import { excessOf, LIMITS } from "@/lib/limits";

interface Props {
  busy: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Write to the assistant: Enter sends, Shift and Enter begin a new line. */
export function Composer({ busy, onSend, onStop }: Props) {
  const [text, setText] = useState("");
  const note = useId();
  const tooLong = excessOf(text, LIMITS.message) > 0;

  function send() {
    // What is written while a reply comes waits in its place.
    if (busy || tooLong || !text.trim()) return;
    onSend(text.trim());
    setText("");
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter also ends a word that an input method is composing.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    send();
  }

  return (
    <form
      aria-label="Write to the assistant"
      onSubmit={submit}
      className="shrink-0 px-4 pb-4 sm:px-8"
    >
      <div className="card mx-auto flex max-w-3xl items-end gap-2 p-2 pl-4 shadow-sm focus-within:border-control">
        <textarea
          aria-label="Message"
          placeholder="Add, find or change tasks"
          rows={1}
          className="max-h-48 min-w-0 grow resize-none bg-transparent py-1.5 [field-sizing:content] placeholder:text-muted focus:outline-none"
          value={text}
          aria-invalid={tooLong}
          aria-describedby={note}
          enterKeyHint="send"
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
        />
        {busy ? (
          <button
            key="stop"
            type="button"
            aria-label="Stop"
            className="send-button bg-sunken text-ink"
            onClick={onStop}
          >
            <StopIcon />
          </button>
        ) : (
          <button
            key="send"
            type="submit"
            aria-label="Send"
            className="send-button bg-accent text-on-accent disabled:bg-sunken disabled:text-muted"
            disabled={tooLong || !text.trim()}
          >
            <ArrowUpIcon />
          </button>
        )}
      </div>
      <div className="mx-auto max-w-3xl px-4">
        <LengthNote id={note} text={text} limit={LIMITS.message} />
      </div>
    </form>
  );
}
