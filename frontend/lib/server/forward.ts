const DEFAULT_BACKEND = "http://127.0.0.1:8000";
// They are about one connection, and there are two. Bodies come from Node uncompressed.
const OF_A_CONNECTION = [
  "accept-encoding",
  "connection",
  "content-encoding",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Forward a request to the backend when no gateway stands in front of this server.
 *
 * In the cluster the gateway sends /api and /mcp to the backend and this never runs. It is no rewrite of
 * Next.js, which answers 500 in plain text when the backend is not there, and whose address is fixed
 * at build time: TODO_BACKEND_URL is read here for each request.
 */
export async function forward(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const address = new URL(pathname + search, process.env.TODO_BACKEND_URL ?? DEFAULT_BACKEND);
  const sent = passedOn(request.headers);
  sent.set("accept-encoding", "identity");
  try {
    const answer = await fetch(address, {
      method: request.method,
      headers: sent,
      body: request.body,
      // A body is passed on as it comes.
      duplex: "half",
      redirect: "manual",
      cache: "no-store",
      signal: request.signal,
    } as RequestInit);
    const { status, statusText } = answer;
    return new Response(answer.body, { status, statusText, headers: passedOn(answer.headers) });
  } catch (error) {
    if (!request.signal.aborted) console.error("no answer from the backend to", pathname, error);
    return unavailable();
  }
}

function passedOn(given: Headers): Headers {
  const headers = new Headers(given);
  for (const name of OF_A_CONNECTION) headers.delete(name);
  return headers;
}

/** Say that the backend is not there, as the backend says what is wrong (RFC 9457). */
function unavailable(): Response {
  const problem = {
    type: "urn:todo:problem:backend-unavailable",
    title: "The server is not there",
    status: 503,
    detail: "It may be starting. Nothing was changed unless you see it; try again in a moment.",
  };
  const headers = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "Retry-After": "5",
  };
  return Response.json(problem, { status: problem.status, headers });
}
