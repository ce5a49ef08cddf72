"use client";

import { useEffect, useState } from "react";

const SIGNED_OUT = "signed out";

// One for a page: what it says itself does not come back to it.
let channel: BroadcastChannel | undefined;
const session = () => {
  channel ??= new BroadcastChannel("todo-session");
  return channel;
};

/** Tell the other pages of this browser that nobody is signed in any more. */
export function tellSignedOut(): void {
  session().postMessage(SIGNED_OUT);
}

/** Say whether the person signed out on another page since this one was opened. */
export function useSignedOutElsewhere(): boolean {
  const [out, setOut] = useState(false);
  useEffect(() => {
    const hear = ({ data }: MessageEvent) => data === SIGNED_OUT && setOut(true);
    session().addEventListener("message", hear);
    return () => session().removeEventListener("message", hear);
  }, []);
  return out;
}
