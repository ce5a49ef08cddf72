"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useDebounced } from "@/hooks/use-debounced";
import { excessOf, LIMITS } from "@/lib/limits";
import { DUES, PRIORITIES, type Selection, SORTS, STATUSES, usualSort } from "./selection";

const TYPING_PAUSE_MS = 250;

const PARSERS = {
  status: parseAsStringLiteral(STATUSES).withDefault("open"),
  due: parseAsStringLiteral(DUES),
  priority: parseAsStringLiteral(PRIORITIES),
  tag: parseAsString,
  sort: parseAsStringLiteral(SORTS),
  q: parseAsString.withDefault(""),
  /** The task that is opened. */
  task: parseAsString,
};

/**
 * Keep what is looked at in the address, where it survives a reload and can be passed on.
 *
 * What is chosen is a step the browser goes back from; typing is not.
 */
export function useView() {
  const [{ q, task, ...chosen }, set] = useQueryStates(PARSERS, { history: "push" });
  const search = useDebounced(excessOf(q, LIMITS.search) ? "" : q.trim(), TYPING_PAUSE_MS);
  const selection: Selection = { ...chosen, sort: chosen.sort ?? usualSort(chosen.status), search };
  const narrowed = Boolean(q || chosen.due || chosen.priority || chosen.tag);
  return {
    selection,
    /** True when the list shows less than all tasks of its status. */
    narrowed,
    words: q,
    openedTask: task,
    choose: (change: Partial<Omit<Selection, "search">>) => void set(change),
    search: (words: string) => void set({ q: words }, { history: "replace" }),
    open: (taskId: string | null) => void set({ task: taskId }),
    clear: () => void set({ q: null, due: null, priority: null, tag: null }),
  };
}

export type View = ReturnType<typeof useView>;
