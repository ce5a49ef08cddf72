// @vitest-environment jsdom
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ActivityPage } from "@/components/activity/activity-page";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { FakeStream } from "@/tests/fake-stream";
import { renderPage } from "@/tests/render-page";

beforeEach(() => {
  FakeStream.install();
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => vi.useRealTimers());

const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

/** Show the tasks, with a stream that has begun. */
async function show() {
  new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await screen.findByText("Call");
  const stream = await FakeStream.number(1);
  stream.begin();
  await pass(100);
  return stream;
}

test("names the page shown and the way to the others", async () => {
  new FakeBackend();
  renderPage(<ActivityPage />, "/activity");
  expect(screen.getByRole("link", { name: "Activity" })).toHaveAttribute("aria-current", "page");
  const tasks = screen.getByRole("link", { name: "Tasks" });
  expect(tasks).toHaveAttribute("href", "/");
  expect(tasks).not.toHaveAttribute("aria-current");
  await waitFor(() => expect(screen.getAllByText("Developer")).not.toEqual([]));
});

test("says that the connection is lost and what that means, and when it is back", async () => {
  (await show()).end();
  const next = await FakeStream.number(2);
  await pass(3_000);
  expect(screen.getByText("The connection is lost.").closest("[role=status]")).toHaveTextContent(
    "changes are not saved",
  );
  next.begin();
  expect(await screen.findByText("Connected again")).toBeInTheDocument();
  expect(screen.queryByText("The connection is lost.")).not.toBeInTheDocument();
  await pass(5_000);
  expect(screen.queryByText("Connected again")).not.toBeInTheDocument();
});

test("says nothing of a stream that is elsewhere at once, as when a replica ends", async () => {
  (await show()).end();
  await pass(1_000);
  (await FakeStream.number(2)).begin();
  await pass(5_000);
  expect(screen.queryByText("The connection is lost.")).not.toBeInTheDocument();
  expect(screen.queryByText("Connected again")).not.toBeInTheDocument();
});

test("says that it is this machine which is offline, when it is", async () => {
  const stream = await show();
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  stream.end();
  await FakeStream.number(2);
  await pass(3_000);
  expect(screen.getByText("You are offline.")).toBeInTheDocument();
});

test("the first stop of the keyboard leads past the navigation", async () => {
  await show();
  const skip = screen.getByRole("link", { name: "Skip to the content" });
  expect(document.querySelector("a, button")).toBe(skip);
  expect(document.querySelector(skip.getAttribute("href") ?? "")).toBe(screen.getByRole("main"));
});
