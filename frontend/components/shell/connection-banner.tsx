"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import type { Live } from "@/lib/activity/use-live";

const SECONDS_OF_RELIEF = 4;

/** Say that news stopped arriving and what that means, and when it is over. */
export function ConnectionBanner({ live }: { live: Live }) {
  const online = useSyncExternalStore(
    onNetworkChange,
    () => navigator.onLine,
    () => true,
  );
  const [relief, setRelief] = useState(false);
  useEffect(() => {
    if (live !== "lost") return;
    return () => setRelief(true);
  }, [live]);
  useEffect(() => {
    if (!relief) return;
    const timer = setTimeout(() => setRelief(false), SECONDS_OF_RELIEF * 1000);
    return () => clearTimeout(timer);
  }, [relief]);

  return (
    <div role="status" className="sticky top-0 z-10">
      {live === "lost" ? (
        <p className="bg-ink px-4 py-2 text-center text-sm text-canvas">
          <strong className="font-semibold">
            {online ? "The connection is lost." : "You are offline."}
          </strong>{" "}
          What you see may be out of date, and changes are not saved. Trying again…
        </p>
      ) : (
        relief && (
          <p className="bg-accent px-4 py-2 text-center text-sm font-medium text-on-accent">
            Connected again
          </p>
        )
      )}
    </div>
  );
}

function onNetworkChange(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
