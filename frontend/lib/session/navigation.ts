import { withReturn } from "./return-path";

// Loaded anew, not turned to: nothing of one person may stay in memory for the next.

/** Go to the page of signing in, to come back to this one. */
export function leaveForSignIn(): void {
  const { pathname, search } = window.location;
  window.location.assign(withReturn("/sign-in", `${pathname}${search}`));
}

/** Load this page again, for another person than the one it was loaded for. */
export function startAgain(): void {
  window.location.reload();
}

/** Go to a page of this app as whoever has just signed in. */
export function enter(path: string): void {
  window.location.assign(path);
}
