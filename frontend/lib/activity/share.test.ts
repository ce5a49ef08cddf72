// @vitest-environment jsdom
import { locks } from "node:worker_threads";
import { waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStream } from "@/tests/fake-stream";
import type { Listener } from "./connection";
import { followTogether } from "./share";

/** One page of the browser, and what it heard. */
class Page {
  readonly heard: string[] = [];
  readonly close: () => void;

  constructor(by: LockManager | null = locks as unknown as LockManager) {
    const listener: Listener = {
      begun: () => void this.heard.push("begun"),
      told: (_entry, id) => void this.heard.push(id),
      broke: () => void this.heard.push("broke"),
    };
    this.close = followTogether("ann", listener, by);
    opened.push(this);
  }
}

let opened: Page[] = [];
beforeEach(() => FakeStream.install());
afterEach(() => {
  for (const page of opened) page.close();
  opened = [];
});

const see = (hidden: boolean) => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
};

test("seven pages share one stream, and each hears all of it", async () => {
  const pages = Array.from({ length: 7 }, () => new Page());
  const stream = await FakeStream.number(1);
  stream.tell("1");
  stream.tell("2");
  for (const { heard } of pages) await waitFor(() => expect(heard).toEqual(["begun", "1", "2"]));
  expect(FakeStream.opened).toHaveLength(1);
});

test("a page that comes later is told that the stream is open", async () => {
  const first = new Page();
  (await FakeStream.number(1)).tell("1");
  await waitFor(() => expect(first.heard).toContain("1"));
  const later = new Page();
  await waitFor(() => expect(later.heard).toEqual(["begun"]));
});

test("the page that has the stream closes, and the next goes on after the last event", async () => {
  const [first, second] = [new Page(), new Page()];
  const stream = await FakeStream.number(1);
  stream.tell("7");
  await waitFor(() => expect(second.heard).toContain("7"));
  first.close();
  await waitFor(() => expect(stream.left).toBe(true));
  const next = await FakeStream.number(2);
  expect(next.url).toBe("/api/ann/stream?last_event_id=7");
  next.tell("8");
  await waitFor(() => expect(second.heard).toEqual(["begun", "7", "begun", "8"]));
  expect(first.heard).not.toContain("8");
});

test("a break is told to every page", async () => {
  const pages = [new Page(), new Page()];
  const stream = await FakeStream.number(1);
  stream.begin();
  for (const { heard } of pages) await waitFor(() => expect(heard).toEqual(["begun"]));
  stream.end();
  for (const { heard } of pages) await waitFor(() => expect(heard).toEqual(["begun", "broke"]));
});

test("a page that the browser put to sleep loses the stream to one that is seen", async () => {
  // It holds the lock and answers nobody.
  let woken = false;
  const asleep = locks
    .request("todo-activity-ann", () => new Promise(() => {}))
    .catch(() => {
      woken = true;
    });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const page = new Page();
  await vi.advanceTimersByTimeAsync(3_100);
  vi.useRealTimers();
  (await FakeStream.number(1)).tell("1");
  await waitFor(() => expect(page.heard).toEqual(["begun", "1"]));
  await asleep;
  expect(woken).toBe(true);
  // Whoever comes now waits for this one.
  new Page();
  await waitFor(() => expect(opened[1]?.heard).toEqual(["begun"]));
  expect(FakeStream.opened).toHaveLength(1);
});

test("a page whose stream was taken closes its own and waits for its turn", async () => {
  const page = new Page();
  const stream = await FakeStream.number(1);
  stream.tell("3");
  await waitFor(() => expect(page.heard).toContain("3"));
  await locks.request("todo-activity-ann", { steal: true }, () =>
    waitFor(() => expect(stream.left).toBe(true)),
  );
  expect((await FakeStream.number(2)).url).toBe("/api/ann/stream?last_event_id=3");
});

test("without locks a page that is not seen gives its stream up, and misses nothing", async () => {
  const page = new Page(null);
  const stream = await FakeStream.number(1);
  stream.tell("5");
  await waitFor(() => expect(page.heard).toEqual(["begun", "5"]));
  see(true);
  await waitFor(() => expect(stream.left).toBe(true));
  see(false);
  expect((await FakeStream.number(2)).url).toBe("/api/ann/stream?last_event_id=5");
});
