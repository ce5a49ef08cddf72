import { auth } from "@/lib/auth";

const LARGEST_BODY = 16 * 1024;

// What the pages and the backend ask for. Better Auth has more (linking of accounts, mails, providers),
// and each release may bring more: none of it answers before somebody thought about it.
const OFFERED: Readonly<Record<string, readonly string[]>> = {
  GET: ["/jwks", "/token"],
  POST: ["/change-password", "/sign-in/email", "/sign-out", "/sign-up/email"],
};

/** Answer a request below /api/auth: what is offered goes to Better Auth, all else is refused. */
export async function answer(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^\/api\/auth/, "");
  if (!OFFERED[request.method]?.includes(path)) {
    return refusal(404, "NOT_FOUND", "There is nothing here");
  }
  const { headers } = request;
  // Next.js reads as much as comes; a body without a length says "transfer-encoding" instead.
  if (headers.has("transfer-encoding") || Number(headers.get("content-length")) > LARGEST_BODY) {
    return refusal(413, "TOO_LARGE", `A body has at most ${LARGEST_BODY} bytes, and says how many`);
  }
  try {
    const response = await auth().handler(request);
    // The keys are public; nothing else may stay with a browser or a proxy.
    if (path !== "/jwks") response.headers.set("Cache-Control", "no-store");
    // Better Auth has a name of its own for it.
    const wait = response.headers.get("X-Retry-After");
    if (wait !== null) response.headers.set("Retry-After", wait);
    return response;
  } catch (error) {
    // Such as a database that is away. What it was is for the log alone.
    console.error("sign-in: no answer to", request.method, path, error);
    return refusal(503, "UNAVAILABLE", "Sign-in is not available right now. Try again in a moment");
  }
}

/** Refuse in the shape of Better Auth's own refusals. */
function refusal(status: number, code: string, message: string): Response {
  const headers = status === 503 ? { "Retry-After": "5" } : undefined;
  return Response.json({ code, message }, { status, ...(headers && { headers }) });
}
