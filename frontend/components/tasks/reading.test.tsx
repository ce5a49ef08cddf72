// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { renderPage, titles } from "@/tests/render-page";
import { server } from "@/tests/server";

const MINUTE = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE).toISOString();

test("shows the open tasks and whose they are", async () => {
  new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Old", completed: true })]);
  renderPage();
  expect(screen.getByText("Loading tasks")).toBeInTheDocument();
  expect(await screen.findByRole("checkbox", { name: "Complete Call" })).not.toBeChecked();
  expect(screen.getAllByText("Developer")).not.toEqual([]);
  expect(titles()).toEqual(["Call"]);
});

test("says so when there is nothing to do", async () => {
  new FakeBackend();
  renderPage();
  expect(await screen.findByText("All clear")).toBeInTheDocument();
});

test("puts what is due under the day it is due, and what is late first", async () => {
  new FakeBackend([
    makeTask({ title: "Some day" }),
    makeTask({ title: "In a month", due_at: inMinutes(31 * 24 * 60) }),
    makeTask({ title: "An hour ago", due_at: inMinutes(-60) }),
  ]);
  renderPage();
  const overdue = await screen.findByRole("list", { name: "Overdue" });
  expect(overdue).toHaveTextContent("An hour ago");
  expect(screen.getByRole("list", { name: "Later" })).toHaveTextContent("In a month");
  expect(screen.getByRole("list", { name: "No date" })).toHaveTextContent("Some day");
  expect(titles()).toEqual(["An hour ago", "In a month", "Some day"]);
});

test("shows what is known of a task, and a reminder only while it is to come", async () => {
  new FakeBackend([
    makeTask({
      title: "Call",
      description: "Ask for Ann",
      priority: "high",
      tags: ["family"],
      due_at: "2020-02-01T22:59:59Z",
      remind_at: inMinutes(31 * 24 * 60),
    }),
    makeTask({ title: "Write", remind_at: inMinutes(-5) }),
  ]);
  renderPage();
  const call = (await screen.findByRole("checkbox", { name: "Complete Call" })).closest("li");
  expect(call).toHaveTextContent("Ask for AnnOverdue1 Feb 2020Reminder");
  expect(call).toHaveTextContent("High priority#family");
  expect(screen.getAllByText("Reminder")).toHaveLength(1);
});

test("loads further pages by the cursor of the page before, until the last", async () => {
  const backend = new FakeBackend(
    ["a", "b", "c"].map((title) => makeTask({ title })),
    2,
  );
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Load more" }));
  await waitFor(() => expect(titles()).toEqual(["a", "b", "c"]));
  expect(backend.seen.at(-1)?.search.get("cursor")).toBe("2");
  expect(screen.queryByRole("button", { name: "Load more" })).not.toBeInTheDocument();
});

test("tries a read again by itself when the backend was away for a moment", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  backend.refuse("GET", {}, 2);
  renderPage();
  expect(await screen.findByRole("checkbox", { name: "Complete Call" })).toBeInTheDocument();
});

test("shows the problem's own words when reading keeps failing, and recovers on request", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  backend.refuse("GET", { detail: "Come back at noon." }, 3);
  const user = renderPage();
  expect(await screen.findByRole("alert")).toHaveTextContent("Come back at noon.");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("checkbox", { name: "Complete Call" })).toBeInTheDocument();
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

test("does not repeat a request that was refused for good", async () => {
  const backend = new FakeBackend();
  backend.refuse("GET", { status: 403, title: "Not yours", detail: "These are not your tasks." });
  renderPage();
  expect(await screen.findByRole("alert")).toHaveTextContent("Not yours");
  expect(backend.seen).toHaveLength(1);
});

test("has words for an answer that is no problem document, and for no answer at all", async () => {
  server.use(http.get("*/api/me", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
  const user = renderPage();
  expect(await screen.findByRole("alert")).toHaveTextContent("status 502");
  server.use(http.get("*/api/me", () => HttpResponse.error()));
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("cannot be reached"));
});
