"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import type { Notice } from "@/lib/api/client";
import { useNotify } from "@/lib/toast";
import { canShowOnDevice, useDevicePreference } from "./on-device";
import { useUnread } from "./use-notices";

// How far the clock of this device may be ahead of the server's.
const CLOCKS_DIFFER_MS = 60_000;

/** Tell of each notice that arrives while the app is open: on the page, or on the device behind it. */
export function useArrivals(userId: string | undefined): void {
  const { known, latest } = useUnread(userId);
  const newest = useRef<number | undefined>(undefined);
  const notify = useNotify();
  const router = useRouter();
  const [onDevice] = useDevicePreference();

  useEffect(() => {
    if (!known) return;
    const given = latest ? Date.parse(latest.created_at) : undefined;
    if (newest.current === undefined) {
      newest.current = given ?? Date.now() - CLOCKS_DIFFER_MS;
      return;
    }
    // An older one that is marked as unread again is no arrival.
    if (!latest || given === undefined || given <= newest.current) return;
    newest.current = given;
    const open = () => router.push(`/?task=${latest.task_id}`);
    if (document.hidden && onDevice && canShowOnDevice()) showOnDevice(latest, open);
    else {
      const text = `Reminder: ${latest.title}`;
      notify({ tone: "info", text, action: { label: "Open", run: open } });
    }
  }, [known, latest, notify, router, onDevice]);
}

function showOnDevice(notice: Notice, open: () => void): void {
  // Tabs that are open beside this one name it alike, and the browser shows it once.
  const shown = new Notification("Reminder", { body: notice.title, tag: notice.id });
  shown.addEventListener("click", () => {
    window.focus();
    open();
    shown.close();
  });
}
