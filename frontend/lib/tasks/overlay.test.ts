import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { type Change, overlay } from "./overlay";

const task = makeTask({ id: "one", title: "Call" });
const OPEN = { status: "open", search: "" } as const;
const add: Change = { kind: "add", id: "new", draft: { title: "Buy" }, at: "2026-02-01T08:00:00Z" };

test("without changes shows what the backend said", () => {
  expect(overlay([task], [], OPEN)).toEqual([{ ...task, state: "saved" }]);
});

test("applies changes in their order", () => {
  const changes: Change[] = [
    { kind: "edit", task, changes: { title: "Ring" } },
    { kind: "edit", task, changes: { completed: true } },
  ];
  expect(overlay([task], changes, OPEN)).toEqual([
    { ...task, title: "Ring", completed: true, state: "changed" },
  ]);
});

test("shows an added task first, but not where it cannot belong", () => {
  expect(overlay([task], [add], OPEN).map(({ id }) => id)).toEqual(["new", "one"]);
  expect(overlay([], [add], { status: "done", search: "" })).toEqual([]);
  expect(overlay([], [add], { status: "open", search: "ring" })).toEqual([]);
  expect(overlay([], [{ ...add, completed: true }], OPEN)).toEqual([]);
});

test("hides a removed task", () => {
  expect(overlay([task], [{ kind: "remove", task }], OPEN)).toEqual([]);
});
