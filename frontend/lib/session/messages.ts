/** A mistake in what was filled in; without a field it is about all of it. */
export interface Problem {
  field?: "name" | "email" | "current" | "password";
  text: string;
}

export const MINIMUM_PASSWORD = 8;
const MAXIMUM_PASSWORD = 128;

/** A refusal as Better Auth's client tells it; without a status there was no answer. */
export interface Refusal {
  code?: string | undefined;
  status?: number | undefined;
}

const REFUSALS: Record<string, Problem> = {
  INVALID_EMAIL_OR_PASSWORD: { text: "E-mail or password is not right." },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    field: "email",
    text: "There is an account with this e-mail already. Sign in instead.",
  },
  INVALID_EMAIL: { field: "email", text: "Enter an e-mail address, such as ann@example.com." },
  INVALID_NAME: { field: "name", text: "Enter a name of at most 100 characters." },
  INVALID_PASSWORD: { field: "current", text: "Your current password is not right." },
  PASSWORD_TOO_SHORT: {
    field: "password",
    text: `Choose a password of ${MINIMUM_PASSWORD} characters or more.`,
  },
  PASSWORD_TOO_LONG: {
    field: "password",
    text: `Choose a password of at most ${MAXIMUM_PASSWORD} characters.`,
  },
};

/** Say in a person's words why sign-in refused. */
export function describeRefusal({ code, status }: Refusal): Problem {
  const known = code !== undefined ? REFUSALS[code] : undefined;
  if (known) return known;
  if (status === 429) return { text: "Too many tries. Wait a few minutes, then try again." };
  if (!status) return { text: "The server cannot be reached. Check your connection." };
  return { text: "Sign-in is not available right now. Try again in a moment." };
}

/** Find what is missing before anything is sent. */
export function findMissing(
  values: Partial<Record<NonNullable<Problem["field"]>, string>>,
): Problem[] {
  const problems: Problem[] = [];
  if (values.name !== undefined && !values.name.trim()) {
    problems.push({ field: "name", text: "Enter your name." });
  }
  if (values.email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(values.email.trim())) {
    problems.push({ field: "email", text: "Enter an e-mail address, such as ann@example.com." });
  }
  if (values.current === "") {
    problems.push({ field: "current", text: "Enter your current password." });
  }
  if (values.password === "") problems.push({ field: "password", text: "Enter a password." });
  return problems;
}
