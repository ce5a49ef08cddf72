import { readProblem, unreachable } from "@/lib/api/problem";
import { leaveForSignIn, startAgain } from "./navigation";

const ADDRESS = "/api/auth/token";
const RENEW_BEFORE_MS = 60_000;

interface Token {
  text: string;
  userId: string;
  /** On this machine's clock, whatever that says: it may differ from the server's. */
  endsAt: number;
}

// In memory only, so that no script of another page and no later visitor finds it.
let current: Token | undefined;
let renewing: Promise<Token> | undefined;
let person: string | undefined;

/** Give a token for the backend, taking a new one when there is none that lasts. */
export async function takeToken(): Promise<string> {
  if (current && Date.now() < current.endsAt - RENEW_BEFORE_MS) return current.text;
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  return (await renewing).text;
}

/** Give up a token that the backend refused; the next one that is taken is new. */
export function dropToken(text: string): void {
  if (current?.text === text) current = undefined;
}

/** Forget who was here. */
export function forgetSession(): void {
  current = renewing = person = undefined;
}

async function renew(): Promise<Token> {
  const response = await fetch(new URL(ADDRESS, window.location.origin), {
    cache: "no-store",
  }).catch((error: unknown) => {
    throw unreachable(error);
  });
  if (response.status === 401) {
    leaveForSignIn();
    throw await readProblem(response);
  }
  if (!response.ok) throw await readProblem(response);
  const token = read(((await response.json()) as { token: string }).token);
  // Somebody else signed in meanwhile, in another tab.
  if (person !== undefined && person !== token.userId) startAgain();
  person = token.userId;
  current = token;
  return token;
}

function read(text: string): Token {
  const payload = text.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (each) =>
    each.charCodeAt(0),
  );
  const { sub, iat, exp } = JSON.parse(new TextDecoder().decode(bytes));
  return { text, userId: sub, endsAt: Date.now() + (exp - iat) * 1000 };
}
