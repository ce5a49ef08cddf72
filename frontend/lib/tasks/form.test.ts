import { expect, test } from "vitest";
import { makeTask } from "@/tests/fake-backend";
import { changesOf, formOf, merge, suggestReminders } from "./form";

const task = makeTask({
  title: "Call",
  description: "Ask for Ann",
  due_at: "2026-03-25T16:30:00Z",
  tags: ["family"],
});

test("a form that says the same changes nothing, whatever the seconds of its moments", () => {
  expect(changesOf(formOf(task), task)).toEqual({});
  const odd = makeTask({ due_at: "2026-03-25T16:30:17Z" });
  expect(changesOf(formOf(odd), odd)).toEqual({});
});

test("only what differs is changed, in the words of the API", () => {
  const form = {
    ...formOf(task),
    title: " Ring ",
    description: "  ",
    due: { day: "", time: "" },
    remind: { day: "2026-03-25", time: "" },
  };
  expect(changesOf(form, task)).toEqual({
    title: "Ring",
    description: null,
    due_at: null,
    remind_at: "2026-03-25T08:00:00.000Z", // nine in the morning
  });
});

test("takes over what only the others changed, and keeps what only the person did", () => {
  const mine = { ...formOf(task), title: "Ring" };
  const now = { ...task, description: "Ask for Bob", priority: "high" as const, version: 2 };
  const merged = merge(mine, task, now);
  expect(merged.conflicts).toEqual([]);
  expect(changesOf(merged.form, now)).toEqual({ title: "Ring" });
  expect(merged.form.description).toBe("Ask for Bob");
});

test("names a field both changed, and keeps the person's own words in the form", () => {
  const mine = { ...formOf(task), title: "Ring", tags: ["work"] };
  const now = { ...task, title: "Phone", version: 2 };
  const merged = merge(mine, task, now);
  expect(merged.conflicts).toEqual(["title"]);
  expect(merged.form.title).toBe("Ring");
});

test("two who changed a field to the same have no conflict", () => {
  const now = { ...task, title: "Ring", version: 2 };
  expect(merge({ ...formOf(task), title: "Ring" }, task, now).conflicts).toEqual([]);
});

test("offers reminders that fit the due date", () => {
  expect(suggestReminders({ day: "", time: "" })).toEqual([]);
  expect(suggestReminders({ day: "2026-03-01", time: "" }).map(({ at }) => at)).toEqual([
    { day: "2026-03-01", time: "09:00" },
    { day: "2026-02-28", time: "09:00" },
  ]);
  expect(suggestReminders({ day: "2026-03-01", time: "00:30" }).map(({ at }) => at)).toEqual([
    { day: "2026-03-01", time: "00:30" },
    { day: "2026-02-28", time: "23:30" },
    { day: "2026-02-28", time: "00:30" },
  ]);
});
