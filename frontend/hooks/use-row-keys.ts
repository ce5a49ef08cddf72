"use client";

import type { RefObject } from "react";
import { useShortcuts } from "./use-shortcuts";

/**
 * Go through a list's rows with j and k, and act on the row the keyboard is at.
 *
 * @param items what the rows show; a row names its item's id in `data-task`.
 * @param actions what a key does to the item.
 */
export function useRowKeys<T extends { id: string }>(
  list: RefObject<HTMLElement | null>,
  items: readonly T[],
  actions: Record<string, (item: T) => void>,
): void {
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-task]") ?? [])];
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (to: number) => rows().at(to)?.querySelector("button")?.focus();
  const act = (action: (item: T) => void) => {
    const id = rows()[current()]?.dataset.task;
    const item = items.find((each) => each.id === id);
    if (item) action(item);
  };
  useShortcuts({
    j: () => go(Math.min(current() + 1, rows().length - 1)),
    k: () => go(Math.max(current() - 1, 0)),
    ...Object.fromEntries(Object.entries(actions).map(([key, action]) => [key, () => act(action)])),
  });
}
