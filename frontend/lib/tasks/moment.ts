/** A day (YYYY-MM-DD) and a time (HH:MM) as a person fills them in, where they are; empty for none. */
export interface LocalTime {
  day: string;
  time: string;
}

export const NO_TIME: LocalTime = { day: "", time: "" };

const LAST_SECOND = "23:59:59";

/** Read a moment as the person's clock and calendar show it; a day's last second is "no time". */
export function toLocal(moment: string | null | undefined): LocalTime {
  if (!moment) return NO_TIME;
  const date = new Date(moment);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const wholeDay = `${time}:${two(date.getSeconds())}` === LAST_SECOND;
  return { day: dayOf(date), time: wholeDay ? "" : time };
}

/**
 * Say which moment was filled in, or null without a day.
 *
 * @param timeless the time meant when none is given; the end of the day for what is due, because
 * a day that is named lasts until it is over.
 */
export function toMoment({ day, time }: LocalTime, timeless = LAST_SECOND): string | null {
  if (!day) return null;
  const date = new Date(`${day}T${time || timeless}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Return the day (YYYY-MM-DD) a moment falls on, `later` days from then. */
export function dayOf(date: Date, later = 0): string {
  const day = startOfDay(date, later);
  return `${String(day.getFullYear()).padStart(4, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Return the first moment of a day, `later` days from the date; days need not have 24 hours. */
export function startOfDay(date: Date, later = 0): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + later);
}

/** Return the first moment of a week, which begins on Monday, `later` weeks from the date. */
export function startOfWeek(date: Date, later = 0): Date {
  return startOfDay(date, -((date.getDay() + 6) % 7) + 7 * later);
}

const two = (number: number) => String(number).padStart(2, "0");
