"use client";

import { type RefObject, useEffect, useRef } from "react";

const ROW = "[data-task]";

/**
 * Move focus to the neighbour when the row that had it leaves a list.
 *
 * Without this a browser gives focus back to the page, and a person at a keyboard starts over
 * from the top after each deleted or completed item.
 */
export function useRowFocus(list: RefObject<HTMLElement | null>): void {
  const last = useRef<{ row: HTMLElement; index: number } | null>(null);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const remember = (event: FocusEvent) => {
      const row = (event.target as Element).closest<HTMLElement>(ROW);
      last.current = row && { row, index: [...element.querySelectorAll(ROW)].indexOf(row) };
    };
    element.addEventListener("focusin", remember);
    return () => {
      element.removeEventListener("focusin", remember);
      // The last row is gone, and the list with it.
      if (last.current && nothingHasFocus()) document.getElementById("content")?.focus();
    };
  }, [list]);

  useEffect(() => {
    const place = last.current;
    if (!place || place.row.isConnected) return;
    last.current = null;
    if (!nothingHasFocus()) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(ROW) ?? [])];
    // A row that went under another heading was made anew, and is still the one to stand at.
    const same = rows.find((row) => row.dataset.task === place.row.dataset.task);
    const neighbour = same ?? rows[Math.min(place.index, rows.length - 1)];
    neighbour?.querySelector("input")?.focus();
  });
}

const nothingHasFocus = () => document.activeElement === document.body;
