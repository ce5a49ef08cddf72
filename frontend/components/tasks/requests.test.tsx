// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { ActivityPage } from "@/components/activity/activity-page";
import { FakeBackend, makeEntry, makeTask } from "@/tests/fake-backend";
import { FakeStream } from "@/tests/fake-stream";
import { checkbox, renderPage, titles } from "@/tests/render-page";

const PAGE = 5;
const ROWS = 40;

beforeEach(() => FakeStream.install());

const moment = (index: number) => new Date(Date.UTC(2030, 0, index + 1)).toISOString();

/** Show a list of which every page is loaded, with a stream that is open. */
async function show() {
  const tasks = Array.from({ length: ROWS }, (_, index) =>
    makeTask({ title: `Task ${index}`, due_at: moment(index) }),
  );
  const backend = new FakeBackend(tasks, PAGE);
  const user = renderPage();
  for (let shown = PAGE; shown < ROWS; shown += PAGE) {
    await waitFor(() => expect(titles()).toHaveLength(shown));
    await user.click(screen.getByRole("button", { name: "Load more" }));
  }
  await waitFor(() => expect(titles()).toHaveLength(ROWS));
  const stream = await FakeStream.number(1);
  await begun(stream, backend);
  // Requests from here on, in the order they were made.
  const from = backend.seen.length;
  const since = () => backend.seen.slice(from).map(({ method, path }) => `${method} ${path}`);
  return { backend, user, stream, tasks, since };
}

const QUIET_MS = 400;

/** Let everything be asked that news sets off. */
async function settled(backend: FakeBackend) {
  let seen = -1;
  while (seen < backend.seen.length) {
    seen = backend.seen.length;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

/** Open the stream, which is a reason to read everything once. */
async function begun(stream: FakeStream, backend: FakeBackend) {
  stream.begin();
  await settled(backend);
}

test("a change made here is one request, and the news of it none", async () => {
  const { backend, user, stream, tasks, since } = await show();
  await user.click(checkbox("Task 22"));
  await waitFor(() => expect(titles()).toHaveLength(ROWS - 1));
  const id = tasks[22]?.id ?? "";
  stream.tell("1", { type: "com.todo.task.completed", task_id: id, sequence: 2 });
  await settled(backend);
  expect(since()).toEqual([`PATCH /api/dev-user/tasks/${id}`]);
});

test("a change made elsewhere is one request, however much is loaded", async () => {
  const { backend, stream, tasks, since } = await show();
  const [first] = tasks;
  if (!first) throw new Error("no tasks");
  const moved = { ...first, title: "Moved", due_at: moment(20), version: 2 };
  backend.tasks = backend.tasks.map((task) => (task.id === first.id ? moved : task));
  stream.tell("1", { type: "com.todo.task.updated", task_id: first.id, sequence: 2 });
  await waitFor(() => expect(titles().indexOf("Moved")).toBeGreaterThan(15));
  await settled(backend);
  expect(since()).toEqual([`GET /api/dev-user/tasks/${first.id}`]);
});

test("a task that was deleted elsewhere is no request at all", async () => {
  const { backend, stream, tasks, since } = await show();
  const id = tasks[7]?.id ?? "";
  backend.tasks = backend.tasks.filter((task) => task.id !== id);
  stream.tell("1", { type: "com.todo.task.deleted", task_id: id, sequence: 2 });
  await waitFor(() => expect(titles()).not.toContain("Task 7"));
  expect(since()).toEqual([]);
});

test("a search that is long is read again, because only the backend knows what it finds", async () => {
  const tasks = Array.from({ length: 3 }, (_, index) => makeTask({ title: `Call ${index}` }));
  const backend = new FakeBackend(tasks, 2);
  const user = renderPage(undefined, "/?q=call");
  await user.click(await screen.findByRole("button", { name: "Load more" }));
  await waitFor(() => expect(titles()).toHaveLength(3));
  const added = makeTask({ title: "Call 3" });
  backend.tasks = [added, ...backend.tasks];
  (await FakeStream.number(1)).tell("1", { task_id: added.id });
  await waitFor(() => expect(titles()).toContain("Call 3"));
});

test("activity of several pages takes in what the stream tells of it", async () => {
  const backend = new FakeBackend([], 2);
  backend.activity = ["a", "b", "c"].map((title) => makeEntry({ title }));
  const user = renderPage(<ActivityPage />);
  await user.click(await screen.findByRole("button", { name: "Load more" }));
  await screen.findByText("c");
  const stream = await FakeStream.number(1);
  await begun(stream, backend);
  const before = backend.seen.length;
  stream.tell("9", { title: "From the phone", occurred_at: "2026-02-02T08:00:00Z" });
  await screen.findByText("From the phone");
  expect(backend.seen.length).toBe(before);
});
