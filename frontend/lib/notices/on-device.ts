"use client";

import { usePreference } from "@/hooks/use-preference";

/** Remember whether notices are to appear on the device while the page is not looked at. */
export const useDevicePreference = () => usePreference("notices-on-device", false);

/** Tell whether the browser has been allowed to. */
export function canShowOnDevice(): boolean {
  return "Notification" in globalThis && Notification.permission === "granted";
}
