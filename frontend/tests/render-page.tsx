import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { TasksPage } from "@/components/tasks/tasks-page";
import { createQueryClient } from "@/lib/query-client";

/** Show a page with the app's own cache settings, without the waits between retries. */
export function renderPage(page: ReactNode = <TasksPage />) {
  const client = createQueryClient();
  const { queries, ...rest } = client.getDefaultOptions();
  client.setDefaultOptions({ ...rest, queries: { ...queries, retryDelay: 0 } });
  render(<QueryClientProvider client={client}>{page}</QueryClientProvider>);
  return userEvent.setup();
}

/** The checkbox of a task that is shown. */
export const checkbox = (title: string) =>
  screen.getByRole("checkbox", { name: `Complete ${title}` });

/** The titles shown, from top to bottom. */
export const titles = () =>
  screen
    .queryAllByRole("checkbox")
    .map((box) => box.getAttribute("aria-label")?.replace("Complete ", ""));
