"use client";

import { useEffect, useRef } from "react";
import { holdPage, watchHistory } from "@/lib/unsaved";

/**
 * Ask before the browser goes back or away from words that are not saved.
 *
 * @param unsaved whether there are such words.
 * @param onAsk called when the person went back or forth; the page is still the same then.
 */
export function useUnsavedGuard(unsaved: boolean, onAsk: () => void): void {
  const ask = useRef(onAsk);
  useEffect(() => {
    ask.current = onAsk;
  });
  useEffect(() => {
    if (!unsaved) return;
    watchHistory();
    return holdPage(() => ask.current());
  }, [unsaved]);
}
