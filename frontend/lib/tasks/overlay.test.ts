import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { type Change, overlay } from "./overlay";
import type { Selection } from "./selection";

const task = makeTask({ id: "one", title: "Call", due_at: "2026-03-25T11:00:00Z" });
const OPEN: Selection = {
  status: "open",
  search: "",
  due: null,
  priority: null,
  tag: null,
  sort: "-created_at",
};
const at = "2026-03-01T08:00:00Z";
const add: Change = { kind: "add", id: "new", draft: { title: "Buy" }, at };
const ids = (selection: Selection, change: Change = add) =>
  overlay([task], [change], selection).map(({ id }) => id);

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

test("shows an added task where the order puts it", () => {
  expect(ids(OPEN)).toEqual(["new", "one"]);
  expect(ids({ ...OPEN, sort: "due_at" })).toEqual(["one", "new"]);
  const due = { title: "Buy", due_at: "2026-03-25T10:00:00Z" };
  expect(ids({ ...OPEN, sort: "due_at" }, { ...add, draft: due })).toEqual(["new", "one"]);
});

test("does not show an added task where it cannot belong", () => {
  expect(ids({ ...OPEN, status: "done" })).toEqual(["one"]);
  expect(ids({ ...OPEN, search: "ring" })).toEqual(["one"]);
  expect(ids({ ...OPEN, tag: "home" })).toEqual(["one"]);
  expect(ids(OPEN, { ...add, completed: true })).toEqual(["one"]);
});

test("hides a removed task", () => {
  expect(ids(OPEN, { kind: "remove", task })).toEqual([]);
});
