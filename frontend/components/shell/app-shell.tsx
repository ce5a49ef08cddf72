"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useShortcuts } from "@/hooks/use-shortcuts";
import { useUser } from "@/hooks/use-user";
import { useLive } from "@/lib/activity/use-live";
import { useArrivals } from "@/lib/notices/use-arrivals";
import { useUnread } from "@/lib/notices/use-notices";
import { SessionGuard } from "../session/session-guard";
import { ToastProvider } from "../toasts/toast-provider";
import { ConnectionBanner } from "./connection-banner";
import { Navigation } from "./navigation";
import { PAGES } from "./pages";
import { ShortcutsHelp } from "./shortcuts-help";

/** Surround every page of a person who is signed in: the way to the others, and live news. */
export function AppShell({ children }: { children: ReactNode }) {
  return (
    <SessionGuard>
      <Shell>{children}</Shell>
    </SessionGuard>
  );
}

function Shell({ children }: { children: ReactNode }) {
  const user = useUser();
  const live = useLive(user.data?.id);
  const { count } = useUnread(user.data?.id);
  const router = useRouter();
  const [helping, setHelping] = useState(false);
  useShortcuts({
    "[Shift]+?": () => setHelping(true),
    ...Object.fromEntries(
      PAGES.map(({ letter, address }) => [`g ${letter}`, () => router.push(address)]),
    ),
  });

  return (
    <ToastProvider>
      <Arrivals userId={user.data?.id} />
      <a
        href="#content"
        className="sr-only focus-visible:not-sr-only focus-visible:fixed focus-visible:top-3 focus-visible:left-3 focus-visible:z-40 focus-visible:rounded-lg focus-visible:bg-surface focus-visible:px-4 focus-visible:py-2"
      >
        Skip to the content
      </a>
      <Navigation unread={count} onHelp={() => setHelping(true)} />
      <div className="pb-(--bar) lg:pl-60">
        <ConnectionBanner live={live} />
        <main id="content" tabIndex={-1} className="outline-none">
          {children}
        </main>
      </div>
      {helping && <ShortcutsHelp onClose={() => setHelping(false)} />}
    </ToastProvider>
  );
}

/** Tells of notices from within the place where toasts are shown. */
function Arrivals({ userId }: { userId: string | undefined }) {
  useArrivals(userId);
  return null;
}
