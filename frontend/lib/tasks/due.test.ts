import { expect, test } from "vitest";
import { describeDue } from "./due";

const NOON = new Date("2026-03-25T11:00:00Z"); // a Wednesday, in Brussels just after winter's noon

test.each([
  ["2026-03-25T22:59:59Z", "Today", false],
  ["2026-03-25T16:30:00Z", "Today 17:30", false],
  ["2026-03-25T08:00:00Z", "Today 09:00", true],
  ["2026-03-25T23:00:00Z", "Tomorrow 00:00", false],
  ["2026-03-24T22:59:59Z", "Yesterday", true],
  ["2026-03-29T21:59:59Z", "Sunday", false], // the day the clocks change
  ["2026-04-01T21:59:59Z", "1 Apr", false],
  ["2025-12-31T22:59:59Z", "31 Dec 2025", true],
])("says %s as %s", (dueAt, text, late) => {
  expect(describeDue(dueAt, NOON)).toEqual({ text, late });
});
