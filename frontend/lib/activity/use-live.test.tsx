// @vitest-environment jsdom
import { cleanup, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ActivityPage } from "@/components/activity/activity-page";
import { FakeBackend, makeEntry, makeTask } from "@/tests/fake-backend";
import { FakeSession } from "@/tests/fake-session";
import { FakeStream } from "@/tests/fake-stream";
import { renderPage, titles } from "@/tests/render-page";
import { makeToken } from "@/tests/server";

beforeEach(() => FakeStream.install());

test("shows a task that was added elsewhere without being asked", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  const stream = await FakeStream.number(1);
  expect(stream.url).toBe("/api/dev-user/stream");
  backend.tasks = [makeTask({ title: "From the phone" }), ...backend.tasks];
  stream.tell("7");
  await waitFor(() => expect(titles()).toEqual(["From the phone", "Call"]));
});

test("shows what happens on the page of activity too", async () => {
  const backend = new FakeBackend();
  renderPage(<ActivityPage />);
  await screen.findByText("Nothing happened yet");
  backend.activity = [makeEntry({ title: "Call" })];
  (await FakeStream.number(1)).tell("1");
  expect(await screen.findByText("Call")).toBeInTheDocument();
});

test("reads once for many events at a time", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  const before = backend.seen.length;
  backend.tasks = [];
  const stream = await FakeStream.number(1);
  for (const id of ["1", "2", "3", "4"]) stream.tell(id);
  await waitFor(() => expect(titles()).toEqual([]));
  expect(backend.seen.length).toBe(before + 1);
});

test("reads again when the stream begins, because it tells nothing of before", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  backend.tasks = [];
  (await FakeStream.number(1)).begin();
  await waitFor(() => expect(titles()).toEqual([]));
});

test("comes back to a stream that ended, after the last event it saw and with a new token", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  const [first, second] = [makeToken("first", { seconds: 60 }), makeToken("second")];
  new FakeSession(first, second);
  renderPage();
  const stream = await FakeStream.number(1);
  stream.tell("7");
  stream.end();
  const { url, lastEventId, token } = await FakeStream.number(2);
  expect({ url, lastEventId, token }).toEqual({
    url: "/api/dev-user/stream",
    lastEventId: "7",
    token: `Bearer ${second}`,
  });
});

test("opens a stream that was refused again, after the last event it saw", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  const stream = await FakeStream.number(1);
  backend.tasks = [];
  stream.tell("7");
  await waitFor(() => expect(titles()).toEqual([]));
  stream.end();
  const refused = await FakeStream.number(2);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  refused.refuse(503);
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  await vi.advanceTimersByTimeAsync(3_000);
  vi.useRealTimers();
  expect((await FakeStream.number(3)).url).toBe("/api/dev-user/stream?last_event_id=7");
});

test("looks at once when the network goes or comes, instead of waiting for a dead stream", async () => {
  new FakeBackend();
  renderPage();
  await screen.findByText("All clear");
  (await FakeStream.number(1)).begin();
  window.dispatchEvent(new Event("offline"));
  await FakeStream.number(2);
  await waitFor(() => expect(FakeStream.opened[0]?.left).toBe(true));
  window.dispatchEvent(new Event("online"));
  await FakeStream.number(3);
});

test("closes its stream when the page is left", async () => {
  new FakeBackend();
  renderPage();
  await screen.findByText("All clear");
  const stream = await FakeStream.number(1);
  stream.begin();
  cleanup();
  await waitFor(() => expect(stream.left).toBe(true));
});
