"use client";

import { useCallback, useSyncExternalStore } from "react";

const CHANGED = "preference-changed";

/** Remember a yes or no in this browser; every part of the page sees a change at once. */
export function usePreference(name: string, normally: boolean) {
  const key = `todo.${name}`;
  const value = useSyncExternalStore(
    subscribe,
    () => read(key) ?? normally,
    () => normally,
  );
  const set = useCallback(
    (next: boolean) => {
      try {
        localStorage.setItem(key, String(next));
      } catch {
        // A browser that keeps nothing forgets it with the page.
      }
      window.dispatchEvent(new Event(CHANGED));
    },
    [key],
  );
  return [value, set] as const;
}

function read(key: string): boolean | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : text === "true";
  } catch {
    return undefined;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(CHANGED, listener);
  window.addEventListener("storage", listener);
  return () => {
    window.removeEventListener(CHANGED, listener);
    window.removeEventListener("storage", listener);
  };
}
