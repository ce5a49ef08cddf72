const ELSEWHERE = "https://elsewhere.invalid";
const START = "/";

/**
 * Find the page to come back to after signing in: a path of this app, and nothing else.
 *
 * The value comes from the address bar, where anybody's link may have put it.
 */
export function returnPath(given: string | readonly string[] | undefined): string {
  if (typeof given !== "string" || !given.startsWith("/")) return START;
  // Parsed as a browser does, which takes "/\host" and "/<tab>/host" for another host as well.
  const url = URL.parse(given, ELSEWHERE);
  if (url === null || url.origin !== ELSEWHERE) return START;
  // "/x/..//host" is a path here, but what comes out of it would be read as a host again.
  if (/^\/(\/|sign-)/.test(url.pathname)) return START;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Address a page of signing in or up, with the way back. */
export function withReturn(page: "/sign-in" | "/sign-up", path: string): string {
  return path === START ? page : `${page}?${new URLSearchParams({ to: path })}`;
}
