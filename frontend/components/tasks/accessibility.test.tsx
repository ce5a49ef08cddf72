// @vitest-environment jsdom
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { renderPage } from "@/tests/render-page";

const TASK = makeTask({
  title: "Call",
  description: "Ask for Ann",
  due_at: "2026-03-01T16:30:00Z",
  remind_at: "2099-03-01T16:30:00Z",
  priority: "high",
  tags: ["family"],
});

test("finds nothing in the way on the list and its forms", async () => {
  new FakeBackend([TASK, makeTask({ title: "Write" })]);
  const user = renderPage();
  await screen.findByText("Call");
  await user.type(screen.getByRole("textbox", { name: "Title" }), "Read");
  expect(await findBarriers()).toEqual([]);
});

test("finds nothing in the way while loading, when empty and after a failure", async () => {
  const backend = new FakeBackend();
  backend.refuse("GET", {}, 3);
  const user = renderPage(undefined, "/?due=today");
  expect(await findBarriers()).toEqual([]);
  await screen.findByRole("alert");
  expect(await findBarriers()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByText("Nothing due today");
  expect(await findBarriers()).toEqual([]);
});

test("finds nothing in the way in an opened task, also when it is in conflict", async () => {
  const backend = new FakeBackend([TASK]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Call" }));
  expect(await findBarriers()).toEqual([]);
  backend.tasks = [{ ...TASK, title: "Phone", version: 2 }];
  await user.type(
    screen.getAllByRole("textbox", { name: "Title" }).at(-1) as Element,
    " Ann{Enter}",
  );
  await screen.findByText(/Somebody changed this task/);
  expect(await findBarriers()).toEqual([]);
});

test("finds nothing in the way in the list of shortcuts", async () => {
  new FakeBackend([TASK]);
  const user = renderPage();
  await screen.findByText("Call");
  await user.keyboard("?");
  expect(await findBarriers()).toEqual([]);
});

test("a barrier is found where there is one", async () => {
  document.body.innerHTML = "<main><h1>Tasks</h1><button></button></main>";
  expect(await findBarriers()).toEqual([expect.stringContaining("button-name")]);
});
