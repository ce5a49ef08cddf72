"use client";

import { type RefObject, useId } from "react";
import { CloseIcon, SearchIcon } from "@/components/icons";
import { LengthNote } from "@/components/length-note";
import { PillSelect } from "@/components/pill-select";
import type { Priority, Status } from "@/lib/api/client";
import { excessOf, LIMITS } from "@/lib/limits";
import { type DueChoice, type Sort, usualSort } from "@/lib/tasks/selection";
import type { View } from "@/lib/tasks/use-view";

const STATUSES: readonly (readonly [Status, string])[] = [
  ["open", "Open"],
  ["done", "Done"],
  ["all", "All"],
];
const DUES: readonly (readonly [DueChoice | "", string])[] = [
  ["", "Any date"],
  ["overdue", "Overdue"],
  ["today", "Today"],
  ["week", "This week"],
];
const PRIORITIES: readonly (readonly [Priority | "", string])[] = [
  ["", "Any priority"],
  ["high", "High priority"],
  ["normal", "Normal priority"],
  ["low", "Low priority"],
];
const SORTS: readonly (readonly [Sort, string])[] = [
  ["due_at", "By date"],
  ["-priority", "By priority"],
  ["-created_at", "Newest first"],
  ["-updated_at", "Last changed"],
];

interface Props {
  view: View;
  knownTags: readonly string[];
  field: RefObject<HTMLInputElement | null>;
}

/** Choose which tasks to see, and in which order. */
export function TaskFilter({ view, knownTags, field }: Props) {
  const { selection, choose } = view;
  const note = useId();
  const tags = [...new Set([...knownTags, ...(selection.tag ? [selection.tag] : [])])];
  return (
    // biome-ignore lint/a11y/useSemanticElements: not every browser knows the element search yet.
    <form
      role="search"
      aria-label="Tasks"
      className="my-5 space-y-2.5"
      onSubmit={(event) => event.preventDefault()}
    >
      <div className="flex items-center gap-2.5">
        <StatusChoice value={selection.status} onChange={(status) => choose({ status })} />
        <label className="relative min-w-0 grow text-muted">
          <span className="absolute inset-y-0 left-3 grid place-items-center">
            <SearchIcon />
          </span>
          <input
            ref={field}
            type="search"
            aria-label="Search tasks"
            aria-keyshortcuts="/"
            placeholder="Search"
            className="w-full rounded-xl border border-line bg-surface py-2 pr-3 pl-9.5 text-sm text-ink outline-offset-0 placeholder:text-muted"
            value={view.words}
            aria-invalid={excessOf(view.words, LIMITS.search) > 0}
            aria-describedby={note}
            onChange={({ target }) => view.search(target.value)}
          />
        </label>
      </div>
      <LengthNote id={note} text={view.words} limit={LIMITS.search} />
      <div className="-mx-4 flex items-center gap-1.5 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] sm:mx-0 sm:flex-wrap sm:px-0">
        <PillSelect
          label="Due"
          value={selection.due ?? ""}
          usual=""
          options={DUES}
          onChange={(due) => choose({ due: due || null })}
        />
        <PillSelect
          label="Priority"
          value={selection.priority ?? ""}
          usual=""
          options={PRIORITIES}
          onChange={(priority) => choose({ priority: priority || null })}
        />
        {tags.length > 0 && (
          <PillSelect
            label="Tag"
            value={selection.tag ?? ""}
            usual=""
            options={[["", "Any tag"], ...tags.map((tag) => [tag, `#${tag}`] as const)]}
            onChange={(tag) => choose({ tag: tag || null })}
          />
        )}
        {view.narrowed && (
          <button
            type="button"
            className="flex shrink-0 items-center gap-1 rounded-full px-2.5 py-1.5 text-sm text-muted hover:bg-sunken hover:text-ink"
            onClick={view.clear}
          >
            <CloseIcon /> Clear
          </button>
        )}
        <span className="ml-auto shrink-0">
          <PillSelect
            label="Order"
            value={selection.sort}
            usual={usualSort(selection.status)}
            options={SORTS}
            onChange={(sort) => choose({ sort })}
          />
        </span>
      </div>
    </form>
  );
}

interface StatusChoiceProps {
  value: Status;
  onChange: (status: Status) => void;
}

function StatusChoice({ value, onChange }: StatusChoiceProps) {
  return (
    <fieldset className="flex rounded-xl bg-sunken p-1">
      <legend className="sr-only">Show</legend>
      {STATUSES.map(([status, label]) => (
        <label
          key={status}
          className="rounded-lg px-3 py-1.5 text-center sm:px-4 text-sm font-medium text-muted transition-colors hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="status"
            className="sr-only"
            checked={value === status}
            onChange={() => onChange(status)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
