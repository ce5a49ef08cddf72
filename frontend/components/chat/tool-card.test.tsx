// @vitest-environment jsdom
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { makeTool } from "@/tests/fake-chat";
import { ToolCard } from "./tool-card";

/** Show the card of a list: so many tasks that were kept, and what was not. */
function show(kept: number, rest: { left_out?: number; next_cursor?: string | null } = {}) {
  const tasks = Array.from({ length: kept }, (_, n) => makeTask({ title: `Task ${n + 1}` }));
  const tool = makeTool({ name: "list_tasks", result: { tasks, next_cursor: null, ...rest } });
  render(<ToolCard tool={tool} now={new Date()} />);
}

const items = () => screen.queryAllByRole("listitem").length;

test("a list that is kept and shown whole says nothing of others", () => {
  show(10);
  expect(items()).toBe(10);
  expect(screen.queryByText(/more$/)).toBeNull();
});

test("a list longer than a card says how many are not shown", () => {
  show(13);
  expect(items()).toBe(10);
  expect(screen.getByText("and 3 more")).toBeVisible();
});

test("what was too long to be kept counts as well", () => {
  show(12, { left_out: 30 });
  expect(screen.getByText("and 32 more")).toBeVisible();
});

test("a list of which few are kept says how many were left out", () => {
  show(4, { left_out: 6 });
  expect(items()).toBe(4);
  expect(screen.getByText("and 6 more")).toBeVisible();
});

test("a list of which nothing could be kept still says how long it was", () => {
  show(0, { left_out: 7 });
  expect(items()).toBe(0);
  expect(screen.getByText("and 7 more")).toBeVisible();
});

test("of a list that goes on only the least is said", () => {
  show(12, { next_cursor: "c" });
  expect(screen.getByText("and at least 2 more")).toBeVisible();
});

test("a page that is shown whole says that there are more", () => {
  show(3, { next_cursor: "c" });
  expect(screen.getByText("and more")).toBeVisible();
});
