"use client";

import Link from "next/link";
import { useState } from "react";
import { enter } from "@/lib/session/navigation";
import { tellSignedOut } from "@/lib/session/sign-out";

/** Show who is signed in, and the way out. */
export function SignedIn({ name }: { name: string }) {
  const [failed, setFailed] = useState(false);

  async function signOut() {
    setFailed(false);
    // Loaded when it is needed: no page but those of signing in has use for it before.
    const { authClient } = await import("@/lib/auth-client");
    const { error } = await authClient.signOut().catch(() => ({ error: {} }));
    if (error) {
      setFailed(true);
      return;
    }
    tellSignedOut();
    enter("/sign-in");
  }

  return (
    <div className="flex min-w-0 items-baseline gap-3 text-sm">
      <Link href="/password" title="Change your password" className="truncate text-muted">
        {name}
      </Link>
      <Link href="/tokens" title="Let your programs in" className="shrink-0 text-muted">
        Tokens
      </Link>
      <button
        type="button"
        className="shrink-0 rounded text-muted underline hover:text-ink"
        onClick={signOut}
      >
        Sign out
      </button>
      {failed && (
        <p role="alert" className="text-danger">
          You are still signed in. Try again.
        </p>
      )}
    </div>
  );
}
