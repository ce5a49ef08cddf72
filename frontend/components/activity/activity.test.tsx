// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend, makeEntry } from "@/tests/fake-backend";
import { renderPage } from "@/tests/render-page";
import { ActivityPage } from "./activity-page";

const lines = () =>
  within(screen.getByRole("main"))
    .queryAllByRole("listitem")
    .map((item) => item.textContent);

test("tells what happened and when, as the backend orders it", async () => {
  const backend = new FakeBackend();
  backend.activity = [
    makeEntry({ type: "com.todo.task.deleted", title: "Call" }),
    makeEntry({ type: "com.todo.task.completed", title: "Call" }),
    makeEntry({ type: "com.todo.task.updated", title: "Call", changed: ["title", "due_at"] }),
    makeEntry({ type: "com.todo.task.updated", title: "Old", changed: ["completed"] }),
    makeEntry({ type: "com.todo.reminder.due", title: "Old" }),
    makeEntry({ title: "Call" }),
  ];
  renderPage(<ActivityPage />);
  expect(screen.getByText("Loading activity")).toBeInTheDocument();
  await screen.findByText("Completed", { exact: false });
  expect(lines().map((line) => line?.replace("09:00", ""))).toEqual([
    "Deleted Call",
    "Completed Call",
    "Changed title and due date of Call",
    "Reopened Old",
    "Reminder of Old",
    "Added Call",
  ]);
});

test("says so when nothing happened yet", async () => {
  new FakeBackend();
  renderPage(<ActivityPage />);
  expect(await screen.findByText("Nothing happened yet")).toBeInTheDocument();
});

test("loads further pages until the last, and shows an entry of both pages once", async () => {
  const backend = new FakeBackend([], 2);
  const twice = makeEntry({ title: "b" });
  backend.activity = [makeEntry({ title: "a" }), twice, twice, makeEntry({ title: "c" })];
  const user = renderPage(<ActivityPage />);
  await user.click(await screen.findByRole("button", { name: "Load more" }));
  await waitFor(() => expect(lines()).toHaveLength(3));
  expect(screen.queryByRole("button", { name: "Load more" })).not.toBeInTheDocument();
});

test("shows the problem's own words, and recovers on request", async () => {
  const backend = new FakeBackend();
  backend.activity = [makeEntry({ title: "Call" })];
  backend.refuse("GET", { detail: "Come back at noon." }, 3);
  const user = renderPage(<ActivityPage />);
  expect(await screen.findByRole("alert")).toHaveTextContent("Come back at noon.");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Call")).toBeInTheDocument();
});

test("puts entries under their day, in the reader's time zone", async () => {
  const backend = new FakeBackend();
  const now = new Date().toISOString();
  backend.activity = [
    makeEntry({ title: "Call", occurred_at: now }),
    makeEntry({ title: "Write", occurred_at: "2020-02-01T23:30:00Z" }),
  ];
  renderPage(<ActivityPage />);
  expect(await screen.findByRole("list", { name: "Today" })).toHaveTextContent("Call");
  expect(screen.getByRole("list", { name: /^Sunday,? 2 February 2020$/ })).toHaveTextContent(
    "Write",
  );
});

test("leads to the task, while there is one", async () => {
  const backend = new FakeBackend();
  const entry = makeEntry({ title: "Call" });
  backend.activity = [entry, makeEntry({ type: "com.todo.task.deleted", title: "Write" })];
  renderPage(<ActivityPage />);
  expect(await screen.findByRole("link", { name: "Call" })).toHaveAttribute(
    "href",
    `/?task=${entry.task_id}`,
  );
  expect(screen.queryByRole("link", { name: "Write" })).not.toBeInTheDocument();
});

test("finds nothing in the way of a screen reader", async () => {
  const backend = new FakeBackend();
  backend.activity = [makeEntry({ title: "Call" })];
  renderPage(<ActivityPage />);
  await screen.findByText("Call");
  expect(await findBarriers()).toEqual([]);
});
