import type { ReactNode } from "react";
import { AppShell } from "@/components/shell/app-shell";

/** Keeps the shell, its live stream and its toasts from one page to the next. */
export default function AppLayout({ children }: { children: ReactNode }) {
  return <AppShell>{children}</AppShell>;
}
