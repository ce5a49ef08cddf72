"use client";

import { type RefObject, useEffect, useRef } from "react";

/**
 * Move focus to the neighbour when the row that had it leaves a list.
 *
 * Without this a browser gives focus back to the page, and a person at a keyboard starts over
 * from the top after each deleted or completed item.
 */
export function useRowFocus(list: RefObject<HTMLElement | null>): void {
  const last = useRef<{ row: Element; index: number } | null>(null);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const remember = (event: FocusEvent) => {
      const row = [...element.children].find((child) => child.contains(event.target as Node));
      last.current = row ? { row, index: [...element.children].indexOf(row) } : null;
    };
    element.addEventListener("focusin", remember);
    return () => element.removeEventListener("focusin", remember);
  }, [list]);

  useEffect(() => {
    const place = last.current;
    const element = list.current;
    if (!place || !element || place.row.isConnected) return;
    last.current = null;
    if (document.activeElement !== document.body) return;
    const neighbour = element.children[Math.min(place.index, element.children.length - 1)];
    neighbour?.querySelector("input")?.focus();
  });
}
