import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import {
  AppRouterContext,
  type AppRouterInstance,
} from "next/dist/shared/lib/app-router-context.shared-runtime";
import { PathnameContext } from "next/dist/shared/lib/hooks-client-context.shared-runtime";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import { type ReactNode, useEffect, useState } from "react";
import { vi } from "vitest";
import { AppShell } from "@/components/shell/app-shell";
import { TasksPage } from "@/components/tasks/tasks-page";
import { sendWith } from "@/lib/api/client";
import { createQueryClient } from "@/lib/query-client";
import { signedFetch } from "@/lib/session/signed-fetch";

sendWith(signedFetch);

/** The addresses the page shown last went to; `search` follows its filters. */
export const address = { search: "", pushed: [] as string[] };

/**
 * Show a page in the app's shell, with the app's own cache settings but without the waits between
 * retries.
 *
 * @param page the page; tasks when left out.
 * @param at the address it is opened at.
 */
export function renderPage(page: ReactNode = <TasksPage />, at = "/") {
  const { pathname, search } = new URL(at, "http://localhost:3000");
  const client = createQueryClient();
  const { queries, ...rest } = client.getDefaultOptions();
  client.setDefaultOptions({ ...rest, queries: { ...queries, retryDelay: 0 } });
  Object.assign(address, { search, pushed: [] });
  render(
    <AppRouterContext value={router}>
      <Pathname initial={pathname}>
        <NuqsTestingAdapter
          hasMemory
          searchParams={search}
          onUrlUpdate={({ queryString }) => Object.assign(address, { search: queryString })}
        >
          <QueryClientProvider client={client}>
            <AppShell>{page}</AppShell>
          </QueryClientProvider>
        </NuqsTestingAdapter>
      </Pathname>
    </AppRouterContext>,
  );
  return userEvent.setup();
}

/** Follow the address as Next.js does, also when it is replaced without a navigation. */
function Pathname({ initial, children }: { initial: string; children: ReactNode }) {
  const [pathname, setPathname] = useState(initial);
  useEffect(() => {
    const spy = vi.spyOn(window.history, "replaceState");
    spy.mockImplementation((_state, _unused, url) => {
      setPathname(String(url));
    });
    return () => spy.mockRestore();
  }, []);
  return <PathnameContext value={pathname}>{children}</PathnameContext>;
}

/** The checkbox of a task that is shown. */
export const checkbox = (title: string) =>
  screen.getByRole("checkbox", { name: `Complete ${title}` });

/** The titles shown, from top to bottom. */
export const titles = () =>
  screen
    .queryAllByRole("checkbox")
    .map((box) => box.getAttribute("aria-label")?.replace("Complete ", ""));

const nothing = () => {};
const router = {
  back: nothing,
  forward: nothing,
  refresh: nothing,
  prefetch: nothing,
  push: (to: string) => void address.pushed.push(to),
  replace: (to: string) => void address.pushed.push(to),
} as unknown as AppRouterInstance;
