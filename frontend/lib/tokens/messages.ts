import type { PersonalToken } from "@/lib/api/client";

export const MAX_NAME = 100;

/** For how many days a token may be asked for, with the words for it. */
export const LIFETIMES = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "a year"],
] as const;

export const SCOPES = [
  ["read", "Read only", "May look at your tasks, and nothing else."],
  ["write", "Read and write", "May add, change, complete and delete tasks as well."],
] as const;

/** Say what is wrong with the name of a token, or nothing. */
export function findNameProblem(name: string): string {
  if (name === "") return "Give it a name, such as the program it is for.";
  if (name.length > MAX_NAME) {
    return `It has ${name.length} characters. At most ${MAX_NAME} are accepted.`;
  }
  return "";
}

/** Say what a token may do. */
export function describeScope({ scope }: PersonalToken): string {
  return SCOPES.find(([value]) => value === scope)?.[1] ?? scope;
}

/** Say when a token was used last, in the reader's time zone. */
export function describeUse({ last_used_at }: PersonalToken): string {
  if (last_used_at === null) return "Never used";
  return `Last used ${format(last_used_at, { dateStyle: "medium", timeStyle: "short" })}`;
}

/** Say until when a token is accepted. */
export function describeExpiry({ expires_at }: PersonalToken, now: Date): string {
  const verb = new Date(expires_at) <= now ? "Expired" : "Expires";
  return `${verb} ${format(expires_at, { dateStyle: "medium" })}`;
}

function format(moment: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(moment));
}
