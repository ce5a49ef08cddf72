// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { address, checkbox, renderPage, titles } from "@/tests/render-page";

beforeEach(() => localStorage.clear());

async function show() {
  const backend = new FakeBackend(["a", "b", "c"].map((title) => makeTask({ title })));
  const user = renderPage();
  await screen.findByText("a");
  return { backend, user };
}

test("goes to the fields for adding and searching", async () => {
  const { user } = await show();
  await user.keyboard("n");
  expect(screen.getByRole("textbox", { name: "Title" })).toHaveFocus();
  expect(screen.getByRole("textbox", { name: "Title" })).toHaveValue("");
  await user.tab();
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("/");
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("goes through the tasks, opens, completes and deletes the one it is at", async () => {
  const { backend, user } = await show();
  await user.keyboard("jj");
  expect(screen.getByRole("button", { name: "b" })).toHaveFocus();
  await user.keyboard("k");
  expect(screen.getByRole("button", { name: "a" })).toHaveFocus();
  await user.keyboard("x");
  await waitFor(() => expect(backend.tasks[0]?.completed).toBe(true));
  await waitFor(() => expect(titles()).toEqual(["b", "c"]));
  expect(checkbox("b")).toHaveFocus();
  await user.keyboard("{Delete}");
  await waitFor(() => expect(backend.tasks.map(({ title }) => title)).toEqual(["a", "c"]));
  await waitFor(() => expect(checkbox("c")).toHaveFocus());
  await user.keyboard("k{Enter}");
  expect(await screen.findByRole("dialog", { name: "Edit task" })).toBeInTheDocument();
});

test("leaves keys alone while a person writes or a dialog is open", async () => {
  const { backend, user } = await show();
  await user.type(screen.getByRole("searchbox"), "jx?n");
  expect(screen.getByRole("searchbox")).toHaveValue("jx?n");
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("?");
  expect(screen.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeInTheDocument();
  await user.keyboard("ng a");
  expect(screen.getByRole("textbox", { name: "Title", hidden: true })).not.toHaveFocus();
  expect(address.pushed).toEqual([]);
  expect(backend.tasks.every(({ completed }) => !completed)).toBe(true);
});

test.each([
  ["ga", "/activity"],
  ["gb", "/notices"],
  ["gc", "/chat"],
  ["gt", "/"],
])("goes to another page on two keys: %s", async (keys, page) => {
  const { user } = await show();
  await user.keyboard(keys);
  expect(address.pushed).toEqual([page]);
});

test("single keys can be switched off, and stay off", async () => {
  const { user } = await show();
  await user.keyboard("?");
  await user.click(screen.getByRole("checkbox", { name: "Act on single keys" }));
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  await user.keyboard("n?");
  expect(screen.getByRole("textbox", { name: "Title" })).not.toHaveFocus();
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(localStorage.getItem("todo.shortcuts")).toBe("false");
});
