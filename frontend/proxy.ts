import { type NextRequest, NextResponse } from "next/server";
import { type PageRequest, pageHeaders } from "./lib/server/page-headers";

/**
 * Give each page its headers, among them a policy with a nonce of its own.
 *
 * Next.js reads the nonce from the policy of the request and puts it on its scripts, for which a
 * page has to be rendered for each request (`app/layout.tsx`).
 */
export function proxy(request: NextRequest) {
  const page: PageRequest = {
    nonce: Buffer.from(crypto.randomUUID()).toString("base64"),
    secure: cameByHttps(request),
    development: process.env.NODE_ENV === "development",
  };
  const headers = pageHeaders(page);
  const asked = new Headers(request.headers);
  asked.set("Content-Security-Policy", headers["Content-Security-Policy"] ?? "");
  return NextResponse.next({ request: { headers: asked }, headers });
}

function cameByHttps({ headers, nextUrl }: NextRequest): boolean {
  // The first of several is what the browser spoke.
  const forwarded = headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
  return (forwarded ?? nextUrl.protocol.replace(":", "")) === "https";
}

// Pages: neither the API, nor what programs ask, nor files, whose headers are in next.config.ts.
export const config = {
  matcher: "/((?!api/|mcp$|\\.well-known/|_next/|health$|icon\\.svg).*)",
};
