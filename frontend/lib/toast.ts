"use client";

import { createContext, use } from "react";

/** Something to tell; `spoken` is for screen readers only, an `error` stays until dismissed. */
export interface Toast {
  id: number;
  tone: "info" | "error" | "spoken";
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

export type Notify = (toast: Omit<Toast, "id">) => void;

/** Filled by the provider that shows toasts (`components/toasts/`). */
export const ToastContext = createContext<Notify>(() => {});

/** Return the function that tells the person something, from any page. */
export const useNotify = () => use(ToastContext);
