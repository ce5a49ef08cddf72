// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { renderPage, titles } from "@/tests/render-page";

test("shows the open tasks and whose they are", async () => {
  new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Old", completed: true })]);
  renderPage();
  expect(screen.getByRole("status")).toHaveTextContent("Loading tasks");
  expect(await screen.findByRole("checkbox", { name: "Complete Call" })).not.toBeChecked();
  expect(screen.getByText("Developer")).toBeInTheDocument();
  expect(titles()).toEqual(["Call"]);
});

test("says so when there is nothing to do", async () => {
  new FakeBackend();
  renderPage();
  expect(await screen.findByText("All clear")).toBeInTheDocument();
});

test("shows done tasks when asked", async () => {
  new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Old", completed: true })]);
  const user = renderPage();
  await user.click(await screen.findByRole("radio", { name: "Done" }));
  await waitFor(() => expect(titles()).toEqual(["Old"]));
});

test("finds tasks by words, and says when none match", async () => {
  new FakeBackend([makeTask({ title: "Call grandma" }), makeTask({ title: "Water plants" })]);
  const user = renderPage();
  const search = await screen.findByRole("searchbox", { name: "Search tasks" });
  await user.type(search, "plants");
  await waitFor(() => expect(titles()).toEqual(["Water plants"]));
  await user.clear(search);
  await user.type(search, "zebra");
  expect(await screen.findByText("No open task matches “zebra”.")).toBeInTheDocument();
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
