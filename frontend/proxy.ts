import { type NextRequest, NextResponse } from "next/server";

const DEFAULT_BACKEND = "http://127.0.0.1:8000";

/**
 * Forward /api, and /mcp with its description, to the backend when no gateway stands in front of
 * this server.
 *
 * In the cluster the gateway sends them to the backend and this never runs. It is a proxy and
 * not a rewrite in next.config.ts because a standalone build fixes rewrites at build time,
 * while TODO_BACKEND_URL is read here for each request.
 */
export function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl;
  return NextResponse.rewrite(
    new URL(pathname + search, process.env.TODO_BACKEND_URL ?? DEFAULT_BACKEND),
  );
}

export const config = {
  matcher: ["/api/((?!auth/).*)", "/mcp", "/.well-known/oauth-protected-resource/:path*"],
};
