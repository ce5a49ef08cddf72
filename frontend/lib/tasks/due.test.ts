import { expect, test } from "vitest";
import { describeDue, endOfDay } from "./due";

const NOON = new Date("2026-03-25T11:00:00Z"); // a Wednesday, in Brussels just after winter's noon

test.each([
  ["2026-03-25T22:59:59Z", "Today", false],
  ["2026-03-25T08:00:00Z", "Today", true],
  ["2026-03-25T23:00:00Z", "Tomorrow", false],
  ["2026-03-24T12:00:00Z", "Yesterday", true],
  ["2026-03-29T21:00:00Z", "Sunday", false], // the day the clocks change
  ["2026-04-01T12:00:00Z", "1 Apr", false],
  ["2025-12-31T12:00:00Z", "31 Dec 2025", true],
])("says %s as %s", (dueAt, text, late) => {
  expect(describeDue(dueAt, NOON)).toEqual({ text, late });
});

test("a chosen day lasts until its end where the reader is", () => {
  expect(endOfDay("2026-03-25")).toBe("2026-03-25T22:59:59.000Z");
  expect(endOfDay("2026-07-25")).toBe("2026-07-25T21:59:59.000Z");
});
