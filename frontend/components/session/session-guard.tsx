"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { leaveSignedOut } from "@/lib/session/navigation";
import { useSignedOutElsewhere } from "@/lib/session/sign-out";
import { forgetSession } from "@/lib/session/token";

/**
 * Show a person's pages until they sign out, on whichever page of the browser.
 *
 * Then everything that reads or listens goes first, then what was read, then the page.
 */
export function SessionGuard({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const out = useSignedOutElsewhere();
  useEffect(() => {
    if (!out) return;
    forgetSession();
    client.clear();
    leaveSignedOut();
  }, [out, client]);
  if (!out) return children;
  return (
    <p role="status" className="px-4 pt-[20vh] text-center text-muted">
      You signed out in another window.
    </p>
  );
}
