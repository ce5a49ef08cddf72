"use client";

import { useState } from "react";
import { canShowOnDevice, useDevicePreference } from "@/lib/notices/on-device";

/** Let a person have notices shown on their device; the browser is asked only when they want it. */
export function DeviceSetting() {
  const [wanted, setWanted] = useDevicePreference();
  const [refused, setRefused] = useState(false);
  if (!("Notification" in globalThis)) return <span />;

  async function change(next: boolean) {
    setRefused(false);
    if (next && (await Notification.requestPermission()) !== "granted") {
      setRefused(true);
      return;
    }
    setWanted(next);
  }

  return (
    <div className="text-sm">
      <label className="flex items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={wanted && canShowOnDevice()}
          onChange={(event) => change(event.target.checked)}
        />
        Show on this device while Todo is in the background
      </label>
      {refused && (
        <p role="alert" className="mt-1 text-muted">
          The browser does not allow it. Its settings for this page can.
        </p>
      )}
    </div>
  );
}
