import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { placeTask } from "./placing";
import type { Selection } from "./selection";

const NOW = new Date("2026-02-10T12:00:00Z");
const OPEN: Selection = {
  status: "open",
  search: "",
  due: null,
  priority: null,
  tag: null,
  sort: "due_at",
};
const due = (day: number) => makeTask({ title: `${day}`, due_at: `2026-03-0${day}T08:00:00Z` });
const [one, three, five, seven] = [due(1), due(3), due(5), due(7)] as const;

const loaded = (next: string | null) => ({
  pages: [
    { items: [one, three], next_cursor: "a" },
    { items: [five, seven], next_cursor: next },
  ],
  pageParams: [null, "a"],
});

function place(task: typeof one | null, next: string | null = null, selection = OPEN) {
  const placed = placeTask(loaded(next), task?.id ?? three.id, task, selection, NOW);
  return placed?.pages.flatMap(({ items }) => items.map(({ title }) => title));
}

test("a task that changed moves to its place in whichever page that is", () => {
  expect(place({ ...one, due_at: "2026-03-06T08:00:00Z", title: "6" })).toEqual([
    "3",
    "5",
    "6",
    "7",
  ]);
  expect(place({ ...three, title: "new words" })).toEqual(["1", "new words", "5", "7"]);
});

test("a new task is put in, one that is gone or belongs no more is taken out", () => {
  expect(place(due(4))).toEqual(["1", "3", "4", "5", "7"]);
  expect(place(null)).toEqual(["1", "5", "7"]);
  expect(place({ ...three, completed: true })).toEqual(["1", "5", "7"]);
});

test("behind the last one it is put only where no further page can hold it", () => {
  expect(place(due(9))).toEqual(["1", "3", "5", "7", "9"]);
  expect(place(due(9), "b")).toEqual(["1", "3", "5", "7"]);
});

test("whether a task meets a search only the backend can tell", () => {
  const search = { ...OPEN, search: "train" };
  expect(place(three, null, search)).toBeUndefined();
  expect(place(null, null, search)).toEqual(["1", "5", "7"]);
});

test("what was loaded stays as it was", () => {
  const before = loaded(null);
  placeTask(before, three.id, null, OPEN, NOW);
  expect(before.pages[0]?.items).toEqual([one, three]);
});
