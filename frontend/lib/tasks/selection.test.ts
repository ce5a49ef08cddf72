import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { belongs, compare, draftFor, dueRange, type Selection } from "./selection";

const NOON = new Date("2026-03-25T11:00:00Z"); // a Wednesday
const ALL: Selection = {
  status: "all",
  search: "",
  due: null,
  priority: null,
  tag: null,
  sort: "due_at",
};
const due = (due_at: string | null) => makeTask({ due_at });

test.each([
  ["today", "2026-03-24T22:59:59Z", false],
  ["today", "2026-03-24T23:00:00Z", true], // midnight where the reader is
  ["today", "2026-03-25T22:59:59Z", true],
  ["today", "2026-03-25T23:00:00Z", false],
  ["week", "2026-03-22T22:59:59Z", false],
  ["week", "2026-03-22T23:00:00Z", true],
  ["week", "2026-03-29T21:59:59Z", true], // Sunday, after the clocks changed
  ["week", "2026-03-29T22:00:00Z", false],
  ["overdue", "2026-03-25T10:59:59Z", true],
  ["overdue", "2026-03-25T11:00:00Z", false],
] as const)("%s: %s is in it: %s", (choice, moment, expected) => {
  expect(belongs(due(moment), { ...ALL, due: choice }, NOON)).toBe(expected);
});

test("a task without a date is in no choice of dates", () => {
  expect(belongs(due(null), { ...ALL, due: "overdue" }, NOON)).toBe(false);
});

test("every condition must hold, and a search is for the backend to judge", () => {
  const task = makeTask({ priority: "high", tags: ["home"] });
  expect(belongs(task, { ...ALL, priority: "high", tag: "home" }, NOON)).toBe(true);
  expect(belongs(task, { ...ALL, priority: "high", tag: "work" }, NOON)).toBe(false);
  expect(belongs(task, { ...ALL, priority: "low" }, NOON)).toBe(false);
  expect(belongs(task, { ...ALL, status: "done" }, NOON)).toBe(false);
  expect(belongs(task, { ...ALL, search: "task" }, NOON)).toBe(false);
});

test("a task added to what is selected belongs to it", () => {
  const selection: Selection = { ...ALL, due: "today", priority: "high", tag: "home" };
  const task = makeTask(draftFor(selection, NOON) as object);
  expect(task.due_at).toBe("2026-03-25T22:59:59.000Z");
  expect(belongs(task, selection, NOON)).toBe(true);
  expect(draftFor({ ...ALL, due: "overdue" }, NOON)).toEqual({});
});

test("both ends of a range are left out, as the backend leaves them out", () => {
  expect(dueRange("today", NOON)).toEqual({
    after: new Date("2026-03-24T22:59:59.999Z"),
    before: new Date("2026-03-25T23:00:00Z"),
  });
});

test("sorts by date with undated tasks last, and the newer of equals first", () => {
  const titles = (sort: Selection["sort"], tasks: Parameters<typeof makeTask>[0][]) =>
    tasks
      .map(makeTask)
      .toSorted((a, b) => compare(a, b, sort))
      .map(({ title }) => title);
  const tasks = [
    { title: "old, undated", created_at: "2026-01-01T00:00:00Z" },
    { title: "new, undated", created_at: "2026-02-01T00:00:00Z", priority: "low" as const },
    { title: "late", due_at: "2026-05-01T00:00:00Z", priority: "high" as const },
    { title: "soon", due_at: "2026-04-01T00:00:00Z", updated_at: "2026-03-01T00:00:00Z" },
  ];
  expect(titles("due_at", tasks)).toEqual(["soon", "late", "new, undated", "old, undated"]);
  expect(titles("-priority", tasks)[0]).toBe("late");
  expect(titles("-priority", tasks)[3]).toBe("new, undated");
  expect(titles("-updated_at", tasks)[0]).toBe("soon");
  expect(titles("-created_at", tasks)[3]).toBe("old, undated");
});
