import type { ActivityEntry } from "@/lib/api/client";
import { connect, type Listener } from "./connection";

// A page that a browser put to sleep holds its lock and answers nobody.
const ASLEEP_MS = 3_000;

type Message =
  /** A page asks how it stands. */
  | { kind: "hello"; from: string }
  /** The page that has the stream says so. */
  | { kind: "leading" }
  | { kind: "begun"; lastEventId: string; to?: string }
  | { kind: "broke" }
  | { kind: "told"; entry: ActivityEntry; id: string };

/**
 * Follow the stream of a person together with the other pages of this browser, which opens no more
 * than six connections to a server over HTTP/1.1.
 *
 * The page that holds a lock has the stream and passes on what it hears. When it closes, the lock
 * and with it the stream go to the next one, after the last event that was heard.
 */
export function followTogether(
  userId: string,
  listener: Listener,
  locks: LockManager | null = navigator.locks ?? null,
): () => void {
  return locks
    ? followByLock(userId, listener, locks)
    : // Only pages served over plain HTTP lack locks.
      followWhileSeen(userId, listener);
}

function followByLock(userId: string, listener: Listener, locks: LockManager): () => void {
  const name = `todo-activity-${userId}`;
  const channel = new BroadcastChannel(name);
  const me = String(Math.random());
  const say = (message: Message) => channel.postMessage(message);
  let lastEventId = "";
  let isOpen = false;
  let stopped = false;
  let leave: (() => void) | undefined;
  let queued: AbortController | undefined;
  let waking: ReturnType<typeof setTimeout> | undefined;

  const spoken: Listener = {
    begun() {
      isOpen = true;
      say({ kind: "begun", lastEventId });
      listener.begun();
    },
    told(entry, id) {
      lastEventId = id;
      say({ kind: "told", entry, id });
      listener.told(entry, id);
    },
    broke() {
      isOpen = false;
      say({ kind: "broke" });
      listener.broke();
    },
  };
  const lead = () =>
    new Promise<void>((resolve) => {
      clearTimeout(waking);
      say({ kind: "leading" });
      const close = connect(userId, lastEventId, spoken);
      leave = () => {
        leave = undefined;
        isOpen = false;
        close();
        resolve();
      };
    });
  async function apply(steal: boolean): Promise<void> {
    queued?.abort();
    queued = steal ? undefined : new AbortController();
    let held = false;
    try {
      await locks.request(name, queued ? { signal: queued.signal } : { steal }, () => {
        if (stopped) return;
        held = true;
        return lead();
      });
    } catch {
      if (!held) return;
      // Another page took the lock because this one slept.
      leave?.();
      if (!stopped) void apply(false);
    }
  }
  const ask = () => {
    if (leave || document.hidden) return;
    say({ kind: "hello", from: me });
    clearTimeout(waking);
    waking = setTimeout(() => void apply(true), ASLEEP_MS);
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "hello") {
      if (leave) say(isOpen ? { kind: "begun", lastEventId, to: data.from } : { kind: "leading" });
      return;
    }
    clearTimeout(waking);
    if (data.kind === "told") {
      lastEventId = data.id;
      listener.told(data.entry, data.id);
    } else if (data.kind === "broke") {
      listener.broke();
    } else if (data.kind === "begun" && (data.to === undefined || data.to === me)) {
      lastEventId = data.lastEventId;
      listener.begun();
    }
  };
  document.addEventListener("visibilitychange", ask);
  void apply(false);
  ask();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", ask);
    clearTimeout(waking);
    queued?.abort();
    leave?.();
    channel.close();
  };
}

/** Follow the stream as long as the page is seen; what comes meanwhile is told on return. */
function followWhileSeen(userId: string, listener: Listener): () => void {
  let lastEventId = "";
  let close: (() => void) | undefined;
  const kept: Listener = {
    ...listener,
    told(entry, id) {
      lastEventId = id;
      listener.told(entry, id);
    },
  };
  const look = () => {
    if (document.hidden) {
      close?.();
      close = undefined;
    } else close ??= connect(userId, lastEventId, kept);
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    close?.();
  };
}
