const YEAR_SECONDS = 31_536_000;

/** Describe the request for a page, as far as its headers depend on it. */
export interface PageRequest {
  /** New for each answer: only scripts that carry it run, beside the files of this host. */
  nonce: string;
  /** Whether the browser came by https, up to whatever ends it. */
  secure: boolean;
  /** The development server also needs eval. */
  development: boolean;
}

/** Return the policy of a page: it may talk to its own host only. */
export function contentSecurityPolicy({ nonce, development }: PageRequest): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${development ? " 'unsafe-eval'" : ""}`,
    // Next.js and React write styles into elements, which no nonce covers.
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join("; ");
}

/** Return the headers of a page. */
export function pageHeaders(request: PageRequest): Record<string, string> {
  return {
    "Content-Security-Policy": contentSecurityPolicy(request),
    // A page is one person's, and its nonce is one answer's.
    "Cache-Control": "private, no-store",
    // Over plain HTTP a browser ignores it, and a name that has no https yet would be locked out.
    ...(request.secure && { "Strict-Transport-Security": `max-age=${YEAR_SECONDS}` }),
  };
}
