/** A due date in words; `late` when the moment has passed. */
export interface Due {
  text: string;
  late: boolean;
}

/**
 * Say when a task is due, as near days are spoken of: "Today", "Tomorrow", "Fri", "12 May".
 *
 * @param dueAt RFC 3339 moment.
 * @param now the moment it is read at; its time zone is the reader's.
 */
export function describeDue(dueAt: string, now: Date): Due {
  const due = new Date(dueAt);
  const late = due < now;
  const days = Math.round((startOfDay(due).getTime() - startOfDay(now).getTime()) / 86_400_000);
  if (days === 0) return { text: "Today", late };
  if (days === 1) return { text: "Tomorrow", late };
  if (days === -1) return { text: "Yesterday", late };
  if (days > 1 && days < 7) return { text: format(due, { weekday: "long" }), late };
  const year = due.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return { text: format(due, { day: "numeric", month: "short", ...year }), late };
}

/** Turn a chosen day (YYYY-MM-DD) into the moment that day ends where the reader is. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}

function startOfDay(moment: Date): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

function format(moment: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", options).format(moment);
}
