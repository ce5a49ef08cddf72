"use client";

import { type KeyboardEvent, useId, useState } from "react";
import { CloseIcon } from "@/components/icons";
import { LengthNote } from "@/components/length-note";
import { excessOf, LIMITS } from "@/lib/limits";

const MOST_TAGS = 20;

interface Props {
  tags: readonly string[];
  /** Tags that are in use, to choose from. */
  known: readonly string[];
  onChange: (tags: readonly string[]) => void;
}

/** Write tags: Enter or a comma ends one, Backspace takes the last one back. */
export function TagsField({ tags, known, onChange }: Props) {
  const [text, setText] = useState("");
  const suggestions = useId();
  const note = useId();
  const full = tags.length >= MOST_TAGS;

  function add(written: string) {
    const tag = written.trim().replace(/^#/, "");
    // It stays as it was written, with the reason beside it.
    if (excessOf(tag, LIMITS.tag) > 0) return;
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
    setText("");
  }

  function onKeyDown(event: KeyboardEvent) {
    if ((event.key === "Enter" || event.key === ",") && text.trim()) {
      event.preventDefault();
      add(text);
    }
    if (event.key === "Backspace" && !text) onChange(tags.slice(0, -1));
  }

  return (
    <div className="field flex grow flex-wrap items-center gap-1.5 py-1 focus-within:border-control">
      {tags.map((tag) => (
        <span key={tag} className="badge bg-accent-soft py-0 pr-0 text-accent">
          <span className="max-w-40 truncate">#{tag}</span>
          <button
            type="button"
            aria-label={`Remove tag ${tag}`}
            className="grid size-6 place-items-center rounded-full hover:bg-surface"
            onClick={() => onChange(tags.filter((other) => other !== tag))}
          >
            <CloseIcon />
          </button>
        </span>
      ))}
      <input
        aria-label="Tags"
        placeholder={tags.length > 0 ? "" : "Tags"}
        className="min-w-16 grow bg-transparent px-1 py-0.5 placeholder:text-muted focus:outline-none"
        list={suggestions}
        value={text}
        disabled={full}
        aria-invalid={excessOf(text, LIMITS.tag) > 0}
        aria-describedby={note}
        autoComplete="off"
        autoCapitalize="none"
        onChange={({ target }) => setText(target.value)}
        onKeyDown={onKeyDown}
        // A word left standing was meant as a tag.
        onBlur={() => add(text)}
      />
      <LengthNote id={note} text={text} limit={LIMITS.tag} />
      <datalist id={suggestions}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </div>
  );
}
