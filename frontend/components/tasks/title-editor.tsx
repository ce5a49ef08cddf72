"use client";

import { type SubmitEvent, useState } from "react";

interface Props {
  title: string;
  onSave: (title: string) => void;
  onCancel: () => void;
}

/** Rename a task in its place: Enter saves, Escape leaves it as it was. */
export function TitleEditor({ title, onSave, onCancel }: Props) {
  const [text, setText] = useState(title);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const changed = text.trim();
    if (!changed) return;
    if (changed === title) onCancel();
    else onSave(changed);
  }

  return (
    <form onSubmit={submit} className="flex flex-wrap items-center justify-end gap-2">
      <input
        // biome-ignore lint/a11y/noAutofocus: the person just asked to edit this text.
        autoFocus
        aria-label={`New title of ${title}`}
        className="field min-w-40 grow py-2 text-base"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onCancel()}
        maxLength={200}
      />
      <button type="submit" className="button-primary" disabled={!text.trim()}>
        Save
      </button>
      <button type="button" className="button-quiet" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
