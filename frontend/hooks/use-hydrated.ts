"use client";

import { useSyncExternalStore } from "react";

/**
 * Tell whether the page is the browser's own by now.
 *
 * What depends on the reader, such as the clock or an answer that came quickly, waits for it:
 * a page's first rendering must equal the one the server made for everyone.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
