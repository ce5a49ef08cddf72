import { startOfDay, toLocal } from "./moment";

/** A due date in words; `late` when the moment has passed. */
export interface Due {
  text: string;
  late: boolean;
}

/**
 * Say when a task is due, as near days are spoken of: "Today 17:00", "Tomorrow", "Friday", "12 May".
 *
 * @param dueAt RFC 3339 moment.
 * @param now the moment it is read at; its time zone is the reader's.
 */
export function describeDue(dueAt: string, now: Date): Due {
  const { time } = toLocal(dueAt);
  const day = describeDay(new Date(dueAt), now);
  return { text: time ? `${day} ${time}` : day, late: new Date(dueAt) < now };
}

function describeDay(day: Date, now: Date): string {
  const away = startOfDay(day).getTime() - startOfDay(now).getTime();
  const days = Math.round(away / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  if (days > 1 && days < 7) return format(day, { weekday: "long" });
  const year = day.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return format(day, { day: "numeric", month: "short", ...year });
}

function format(moment: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", options).format(moment);
}
