"use client";

import { type ReactNode, useId } from "react";
import { LengthNote } from "@/components/length-note";
import { excessOf, LIMITS } from "@/lib/limits";
import { suggestReminders, type TaskForm } from "@/lib/tasks/form";
import { NO_TIME } from "@/lib/tasks/moment";
import { LocalTimeField } from "./local-time-field";
import { PrioritySelect } from "./priority-select";
import { TagsField } from "./tags-field";

interface Props {
  form: TaskForm;
  knownTags: readonly string[];
  onChange: (part: Partial<TaskForm>) => void;
}

/** Every field of a task. */
export function TaskFields({ form, knownTags, onChange }: Props) {
  const { title, description, due, remind, priority, tags } = form;
  const notes = useId();
  return (
    <>
      <div>
        <input
          aria-label="Title"
          className="field w-full py-2.5 text-base font-medium"
          value={title}
          onChange={({ target }) => onChange({ title: target.value })}
          aria-invalid={excessOf(title, LIMITS.title) > 0}
          aria-describedby={`${notes}-title`}
          autoComplete="off"
          required
        />
        <LengthNote id={`${notes}-title`} text={title} limit={LIMITS.title} />
        <textarea
          aria-label="Description"
          placeholder="Add details"
          className="field mt-2 block min-h-24 w-full resize-y py-2 [field-sizing:content]"
          value={description}
          onChange={({ target }) => onChange({ description: target.value })}
          aria-invalid={excessOf(description, LIMITS.description) > 0}
          aria-describedby={`${notes}-description`}
        />
        <LengthNote id={`${notes}-description`} text={description} limit={LIMITS.description} />
      </div>
      <div className="grid gap-3 text-sm sm:grid-cols-[6rem_1fr] sm:gap-y-3">
        <Row name="Due">
          <LocalTimeField label="Due" value={due} onChange={(value) => onChange({ due: value })} />
        </Row>
        <Row name="Reminder">
          <LocalTimeField
            label="Reminder"
            value={remind}
            onChange={(value) => onChange({ remind: value })}
          />
          {remind.day ? (
            <Chip label="Remove" onClick={() => onChange({ remind: NO_TIME })} />
          ) : (
            suggestReminders(due).map(({ label, at }) => (
              <Chip key={label} label={label} onClick={() => onChange({ remind: at })} />
            ))
          )}
        </Row>
        <Row name="Priority">
          <PrioritySelect value={priority} onChange={(value) => onChange({ priority: value })} />
        </Row>
        <Row name="Tags">
          <TagsField
            tags={tags}
            known={knownTags}
            onChange={(value) => onChange({ tags: value })}
          />
        </Row>
      </div>
    </>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      {/* Each control beside it says its whole name itself. */}
      <span aria-hidden="true" className="text-muted sm:py-1.5">
        {name}
      </span>
      <div className="flex min-w-0 flex-wrap items-center gap-2">{children}</div>
    </>
  );
}

function Chip({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Reminder: ${label}`}
      className="rounded-full border border-line px-3 py-1 text-muted hover:bg-sunken hover:text-ink"
      onClick={onClick}
    >
      {label}
    </button>
  );
}
