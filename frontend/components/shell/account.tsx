"use client";

import { SignedIn } from "@/components/session/signed-in";
import { useHydrated } from "@/hooks/use-hydrated";
import { useUser } from "@/hooks/use-user";

/** Say who is signed in, and show the way out. */
export function Account({ className }: { className: string }) {
  const user = useUser();
  const hydrated = useHydrated();
  return (
    <div className={className}>{hydrated && user.data && <SignedIn name={user.data.name} />}</div>
  );
}
