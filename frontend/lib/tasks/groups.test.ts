import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { groupTasks } from "./groups";

const NOON = new Date("2026-03-25T11:00:00Z"); // a Wednesday
const OPEN = { status: "open", sort: "due_at" } as const;

test.each([
  ["2026-03-25T10:00:00Z", "Overdue"],
  ["2026-03-25T22:59:59Z", "Today"],
  ["2026-03-26T22:59:59Z", "Tomorrow"],
  ["2026-03-29T21:59:59Z", "This week"],
  ["2026-04-05T21:59:59Z", "Next week"],
  ["2026-04-05T22:00:00Z", "Later"],
  [null, "No date"],
])("%s is under %s", (due_at, title) => {
  expect(groupTasks([makeTask({ due_at })], OPEN, NOON)[0]?.title).toBe(title);
});

test("what is past is not overdue where done tasks are listed too", () => {
  const past = makeTask({ due_at: "2026-03-24T10:00:00Z" });
  expect(groupTasks([past], { ...OPEN, status: "all" }, NOON)[0]?.title).toBe("Earlier");
});

test("keeps the order of tasks under their heading", () => {
  const tasks = ["a", "b", "c"].map((title) => makeTask({ title }));
  expect(groupTasks(tasks, OPEN, NOON)).toEqual([{ title: "No date", tasks }]);
});

test("another order needs no headings, and nothing needs no group", () => {
  const tasks = [makeTask(), makeTask({ due_at: "2026-03-25T10:00:00Z" })];
  expect(groupTasks(tasks, { ...OPEN, sort: "-created_at" }, NOON)).toEqual([
    { title: null, tasks },
  ]);
  expect(groupTasks([], { ...OPEN, sort: "-created_at" }, NOON)).toEqual([]);
  expect(groupTasks([], OPEN, NOON)).toEqual([]);
});
