"use client";

import { SearchIcon } from "@/components/icons";
import type { Status } from "@/lib/api/client";

const CHOICES: readonly { status: Status; label: string }[] = [
  { status: "open", label: "Open" },
  { status: "done", label: "Done" },
  { status: "all", label: "All" },
];

interface Props {
  status: Status;
  onStatus: (status: Status) => void;
  search: string;
  onSearch: (search: string) => void;
}

/** Choose which tasks to see. */
export function TaskFilter({ status, onStatus, search, onSearch }: Props) {
  return (
    <div className="my-5 flex flex-wrap items-center gap-3">
      <fieldset className="flex rounded-xl bg-sunken p-1">
        <legend className="sr-only">Show</legend>
        {CHOICES.map((choice) => (
          <label
            key={choice.status}
            className="rounded-lg px-3.5 py-1.5 text-sm font-medium text-muted transition-colors hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-xs has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="status"
              className="sr-only"
              checked={status === choice.status}
              onChange={() => onStatus(choice.status)}
            />
            {choice.label}
          </label>
        ))}
      </fieldset>
      <label className="relative min-w-40 grow text-muted">
        <span className="absolute inset-y-0 left-3 grid place-items-center">
          <SearchIcon />
        </span>
        <input
          type="search"
          aria-label="Search tasks"
          placeholder="Search"
          className="w-full rounded-xl border border-line bg-surface py-2 pr-3 pl-9 text-sm text-ink outline-offset-0 placeholder:text-muted"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </label>
    </div>
  );
}
