"use client";

import { useQueryClient } from "@tanstack/react-query";
// The browser's own cannot send a token.
import { EventSource } from "eventsource";
import { useEffect, useState } from "react";
import { streamAddress } from "@/lib/api/activity";
import type { ActivityEntry } from "@/lib/api/client";
import { signedFetch } from "@/lib/session/signed-fetch";
import { readAll, takeNews } from "./news";

const GATHER_MS = 200;
const REOPEN_MS = 3_000;
// A replica that ends closes its streams and the browser is elsewhere within this time.
const UNNOTICED_MS = 2_500;

/** The state of the live stream; `opening` until it was open for the first time. */
export type Live = "opening" | "live" | "lost";

/**
 * Read tasks, activity and notices again when something happened to them, here or anywhere else.
 *
 * The stream comes back by itself after a connection that broke or ended, as each does with its
 * token, but not after an answer that is no stream, such as the gateway's while no backend is there.
 */
export function useLive(userId: string | undefined): Live {
  const client = useQueryClient();
  const [live, setLive] = useState<Live>("opening");
  useEffect(() => {
    if (userId === undefined) return;
    let stream: EventSource;
    let lastEventId = "";
    let reading: ReturnType<typeof setTimeout> | undefined;
    let reopening: ReturnType<typeof setTimeout> | undefined;
    let noticing: ReturnType<typeof setTimeout> | undefined;

    let missed = false;
    const arrived: ActivityEntry[] = [];

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
    const open = () => {
      stream = new EventSource(streamAddress(userId, lastEventId), {
        fetch: (url, init) => signedFetch(new Request(url, init)),
      });
      stream.addEventListener("open", () => {
        clearTimeout(noticing);
        noticing = undefined;
        setLive("live");
        // What was asked meanwhile may have failed; without a last event nothing of it is told.
        missed = true;
        gather();
      });
      stream.addEventListener("activity", (event) => {
        lastEventId = event.lastEventId;
        arrived.push(JSON.parse(event.data));
        gather();
      });
      stream.addEventListener("error", () => {
        noticing ??= setTimeout(() => setLive("lost"), UNNOTICED_MS);
        if (stream.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS);
      });
    };
    // A network that went away without a word leaves a stream that looks open. The browser's own
    // idea of being offline is only a reason to look: a server on this machine still answers.
    const look = () => {
      stream.close();
      clearTimeout(reopening);
      open();
    };
    open();
    window.addEventListener("offline", look);
    window.addEventListener("online", look);
    return () => {
      window.removeEventListener("offline", look);
      window.removeEventListener("online", look);
      stream.close();
      clearTimeout(reading);
      clearTimeout(reopening);
      clearTimeout(noticing);
    };
  }, [client, userId]);
  return live;
}
