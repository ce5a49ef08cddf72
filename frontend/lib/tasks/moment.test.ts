import { expect, test } from "vitest";
import { dayOf, startOfWeek, toLocal, toMoment } from "./moment";

test("a chosen day lasts until its end where the reader is", () => {
  expect(toMoment({ day: "2026-03-25", time: "" })).toBe("2026-03-25T22:59:59.000Z");
  expect(toMoment({ day: "2026-07-25", time: "" })).toBe("2026-07-25T21:59:59.000Z");
});

test("a chosen time is a time of the reader's clock", () => {
  expect(toMoment({ day: "2026-03-25", time: "17:30" })).toBe("2026-03-25T16:30:00.000Z");
});

test("a time the clock skips in spring is the moment it skips to", () => {
  expect(toMoment({ day: "2026-03-29", time: "02:30" })).toBe("2026-03-29T01:30:00.000Z");
});

test("without a day, or with one no calendar has, there is no moment", () => {
  expect(toMoment({ day: "", time: "17:30" })).toBeNull();
  expect(toMoment({ day: "2026-13-45", time: "" })).toBeNull();
});

test.each([
  { day: "2026-03-25", time: "" },
  { day: "2026-03-25", time: "00:00" },
  { day: "2026-10-25", time: "12:00" },
  { day: "", time: "" },
])("what was filled in as %o reads the same again", (local) => {
  expect(toLocal(toMoment(local))).toEqual(local);
});

test("days are counted by the calendar, also over a change of the clocks", () => {
  const lateOnSaturday = new Date("2026-03-28T22:30:00Z");
  expect(dayOf(lateOnSaturday)).toBe("2026-03-28");
  expect(dayOf(lateOnSaturday, 1)).toBe("2026-03-29");
  expect(dayOf(lateOnSaturday, 4)).toBe("2026-04-01");
});

test("a week begins on Monday, also when asked on a Sunday", () => {
  expect(dayOf(startOfWeek(new Date("2026-03-29T12:00:00Z")))).toBe("2026-03-23");
  expect(dayOf(startOfWeek(new Date("2026-03-30T12:00:00Z")))).toBe("2026-03-30");
  expect(dayOf(startOfWeek(new Date("2026-03-29T12:00:00Z"), 1))).toBe("2026-03-30");
});
