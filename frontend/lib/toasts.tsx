"use client";

import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { Toasts } from "@/components/toasts";

const MOST_SHOWN = 3;

/** Something to tell; `spoken` is for screen readers only, an `error` stays until dismissed. */
export interface Toast {
  id: number;
  tone: "info" | "error" | "spoken";
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

type Notify = (toast: Omit<Toast, "id">) => void;

const ToastContext = createContext<Notify>(() => {});

/** Return the function that tells the person something, from any page. */
export const useNotify = () => use(ToastContext);

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
      <Toasts toasts={toasts} onDismiss={dismiss} />
    </ToastContext>
  );
}

/** Make room; an error holds what the person wrote, so it only leaves when dismissed. */
function withoutTheOldest(toasts: readonly Toast[]): readonly Toast[] {
  const kept = toasts.filter(({ tone }) => tone !== "error").slice(-MOST_SHOWN);
  return toasts.filter((toast) => toast.tone === "error" || kept.includes(toast));
}
