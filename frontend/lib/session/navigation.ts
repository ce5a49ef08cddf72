import { withReturn } from "./return-path";

// Loaded anew, not turned to: nothing of one person may stay in memory for the next.

/** Go to the page of signing in, to come back to this one. */
export function leaveForSignIn(): void {
  const { pathname, search } = window.location;
  window.location.assign(withReturn("/sign-in", `${pathname}${search}`));
}

let leaving = false;

/** Tell whether the page is left for good, whatever is written on it. */
export const isLeaving = () => leaving;

/** Go to the page of signing in, because the person signed out in another window. */
export function leaveSignedOut(): void {
  leaving = true;
  window.location.replace("/sign-in");
}

/** Load this page again, for another person than the one it was loaded for. */
export function startAgain(): void {
  window.location.reload();
}

/** Go to a page of this app as whoever has just signed in. */
export function enter(path: string): void {
  window.location.assign(path);
}
