// The browser's own cannot send a token.
import { EventSource } from "eventsource";
import { streamAddress } from "@/lib/api/activity";
import type { ActivityEntry } from "@/lib/api/client";
import { signedFetch } from "@/lib/session/signed-fetch";

const REOPEN_MS = 3_000;

/** Whoever wants to know what happens. */
export interface Listener {
  /** The stream tells everything from here on, but maybe nothing of before. */
  begun(): void;
  told(entry: ActivityEntry, id: string): void;
  broke(): void;
}

/**
 * Follow the stream of a person until the returned function is called.
 *
 * It comes back by itself after a connection that broke or ended, as each does with its token, but
 * not after an answer that is no stream, such as the gateway's while no backend is there.
 *
 * @param lastEventId what came after this event is told first; empty to begin now.
 */
export function connect(userId: string, lastEventId: string, listener: Listener): () => void {
  let last = lastEventId;
  let stream: EventSource;
  let reopening: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    stream = new EventSource(streamAddress(userId, last), {
      fetch: (url, init) => signedFetch(new Request(url, init)),
    });
    stream.addEventListener("open", listener.begun);
    stream.addEventListener("activity", (event) => {
      last = event.lastEventId;
      listener.told(JSON.parse(event.data), last);
    });
    stream.addEventListener("error", () => {
      listener.broke();
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
    clearTimeout(reopening);
  };
}
