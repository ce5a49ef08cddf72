"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ActivityEntry } from "@/lib/api/client";
import { readAll, takeNews } from "./news";
import { followTogether } from "./share";

const GATHER_MS = 200;
// A replica that ends closes its streams and the browser is elsewhere within this time.
const UNNOTICED_MS = 2_500;

/** The state of the live stream; `opening` until it was open for the first time. */
export type Live = "opening" | "live" | "lost";

/** Take in what happened to tasks, activity and notices, here or anywhere else. */
export function useLive(userId: string | undefined): Live {
  const client = useQueryClient();
  const [live, setLive] = useState<Live>("opening");
  useEffect(() => {
    if (userId === undefined) return;
    const arrived: ActivityEntry[] = [];
    let missed = false;
    let reading: ReturnType<typeof setTimeout> | undefined;
    let noticing: ReturnType<typeof setTimeout> | undefined;

    // Many events at once, as of a list that is ticked off, are one reason to read.
    const gather = () => {
      reading ??= setTimeout(() => {
        reading = undefined;
        const entries = arrived.splice(0);
        if (missed) readAll(client);
        else takeNews(client, userId, entries);
        missed = false;
      }, GATHER_MS);
    };
    const leave = followTogether(userId, {
      begun() {
        clearTimeout(noticing);
        noticing = undefined;
        setLive("live");
        // What was asked meanwhile may have failed; without a last event nothing of it is told.
        missed = true;
        gather();
      },
      told(entry) {
        arrived.push(entry);
        gather();
      },
      broke() {
        noticing ??= setTimeout(() => setLive("lost"), UNNOTICED_MS);
      },
    });
    return () => {
      leave();
      clearTimeout(reading);
      clearTimeout(noticing);
    };
  }, [client, userId]);
  return live;
}
