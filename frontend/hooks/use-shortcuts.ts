"use client";

import { useEffect, useRef } from "react";
import { type KeybindingsMap, tinykeys } from "tinykeys";
import { usePreference } from "./use-preference";

/** Remember whether single keys act; people who speak to their computer switch them off (WCAG 2.1.4). */
export const useShortcutsPreference = () => usePreference("shortcuts", true);

/** Act on keys anywhere on the page, but not while a person writes or answers a dialog. */
export function useShortcuts(bindings: KeybindingsMap): void {
  const [enabled] = useShortcutsPreference();
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    if (!enabled) return;
    const through = Object.keys(latest.current).map((keys) => [
      keys,
      (event: KeyboardEvent) => {
        event.preventDefault();
        latest.current[keys]?.(event);
      },
    ]);
    return tinykeys(window, Object.fromEntries(through), { ignore: isMeantElsewhere });
  }, [enabled]);
}

/** Tell whether a key belongs to a field or an open dialog. */
export function isMeantElsewhere({ target, repeat, isComposing }: KeyboardEvent): boolean {
  if (repeat || isComposing || !(target instanceof Element)) return true;
  if (document.querySelector("dialog[open]")) return true;
  const ticked = target.matches("input[type=checkbox], input[type=radio]");
  return !ticked && target.matches("input, select, textarea, [contenteditable]");
}
