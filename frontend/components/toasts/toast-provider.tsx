"use client";

import { type ReactNode, useCallback, useState } from "react";
import { type Notify, type Toast, ToastContext } from "@/lib/toast";
import { ToastList } from "./toast-list";

const MOST_SHOWN = 3;

let lastId = 0;

/** Show what is told over the page inside, whichever page that becomes. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const notify = useCallback<Notify>((toast) => {
    lastId += 1;
    const added = { ...toast, id: lastId };
    setToasts((shown) => withoutTheOldest([...shown, added]));
  }, []);
  const dismiss = useCallback(
    (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)),
    [],
  );
  return (
    <ToastContext value={notify}>
      {children}
      <ToastList toasts={toasts} onDismiss={dismiss} />
    </ToastContext>
  );
}

/** Make room; an error holds what the person wrote, so it only leaves when dismissed. */
function withoutTheOldest(toasts: readonly Toast[]): readonly Toast[] {
  const kept = toasts.filter(({ tone }) => tone !== "error").slice(-MOST_SHOWN);
  return toasts.filter((toast) => toast.tone === "error" || kept.includes(toast));
}
