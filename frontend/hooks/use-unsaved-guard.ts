"use client";

import { useEffect, useRef } from "react";
import { isLeaving } from "@/lib/session/navigation";

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
    const here = { state: window.history.state, address: window.location.href };
    const onPopState = (event: PopStateEvent) => {
      // The router must not see it. What a step back took is put where it was.
      event.stopImmediatePropagation();
      window.history.pushState(here.state, "", here.address);
      ask.current();
    };
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      // Whoever was signed out has to go.
      if (!isLeaving()) event.preventDefault();
    };
    window.addEventListener("popstate", onPopState, { capture: true });
    window.addEventListener("beforeunload", onBeforeUnload);
    return () => {
      window.removeEventListener("popstate", onPopState, { capture: true });
      window.removeEventListener("beforeunload", onBeforeUnload);
    };
  }, [unsaved]);
}
