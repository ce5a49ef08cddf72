"use client";

import { useCallback, useState } from "react";

const MOST_SHOWN = 3;

/** Something to tell; `spoken` is for screen readers only, an `error` stays until dismissed. */
export interface Notice {
  id: number;
  tone: "info" | "error" | "spoken";
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

let lastId = 0;

/** Keep the latest notices. */
export function useNotices() {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const notify = useCallback((notice: Omit<Notice, "id">) => {
    lastId += 1;
    const added = { ...notice, id: lastId };
    setNotices((shown) => [...shown, added].slice(-MOST_SHOWN));
  }, []);
  const dismiss = useCallback(
    (id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)),
    [],
  );
  return { notices, notify, dismiss };
}
