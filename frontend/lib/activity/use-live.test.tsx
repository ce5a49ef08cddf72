// @vitest-environment jsdom
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ActivityPage } from "@/components/activity/activity-page";
import { FakeBackend, makeEntry, makeTask } from "@/tests/fake-backend";
import { FakeStream } from "@/tests/fake-stream";
import { renderPage, titles } from "@/tests/render-page";

beforeEach(() => FakeStream.install());

test("shows a task that was added elsewhere without being asked", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  expect(FakeStream.last.url).toBe("/api/dev-user/stream");
  backend.tasks = [makeTask({ title: "From the phone" }), ...backend.tasks];
  FakeStream.last.tell("7");
  await waitFor(() => expect(titles()).toEqual(["From the phone", "Call"]));
});

test("shows what happens on the page of activity too", async () => {
  const backend = new FakeBackend();
  renderPage(<ActivityPage />);
  await screen.findByText("Nothing happened yet");
  backend.activity = [makeEntry({ title: "Call" })];
  FakeStream.last.tell("1");
  expect(await screen.findByText("Call")).toBeInTheDocument();
});

test("reads once for many events at a time", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  const before = backend.seen.length;
  backend.tasks = [];
  for (const id of ["1", "2", "3", "4"]) FakeStream.last.tell(id);
  await waitFor(() => expect(titles()).toEqual([]));
  expect(backend.seen.length).toBe(before + 1);
});

test("reads again when the stream begins, because it tells nothing of before", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  backend.tasks = [];
  FakeStream.last.begin();
  await waitFor(() => expect(titles()).toEqual([]));
});

test("opens a stream that was refused again, after the last event it saw", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  FakeStream.last.tell("7");
  vi.useFakeTimers();
  FakeStream.last.giveUp();
  act(() => void vi.advanceTimersByTime(3_000));
  vi.useRealTimers();
  expect(FakeStream.opened.map(({ url }) => url)).toEqual([
    "/api/dev-user/stream",
    "/api/dev-user/stream?last_event_id=7",
  ]);
});

test("closes its stream when the page is left", async () => {
  new FakeBackend();
  renderPage();
  await screen.findByText("All clear");
  cleanup();
  expect(FakeStream.last.readyState).toBe(FakeStream.CLOSED);
});
