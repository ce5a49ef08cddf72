import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { server as network } from "@/tests/server";
import { forward } from "./forward";

let backend: Server;

// These requests are meant for the network.
beforeEach(() => network.close());
afterEach(() => {
  backend?.closeAllConnections();
  backend?.close();
  network.listen({ onUnhandledRequest: "error" });
});

async function serve(listener: RequestListener): Promise<void> {
  backend = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => backend.once("listening", resolve));
  vi.stubEnv("TODO_BACKEND_URL", `http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
}

const ask = (path: string, init: RequestInit = {}) =>
  forward(new Request(`http://localhost:3000${path}`, init));

test("a request arrives as it was sent, and its answer comes back as it was given", async () => {
  await serve(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { method, url, headers } = request;
    response.writeHead(412, { "Content-Type": "application/problem+json", ETag: '"7"' });
    response.end(JSON.stringify({ method, url, token: headers.authorization, body }));
  });
  const answer = await ask("/api/me/tasks?q=a%20b", {
    method: "PATCH",
    headers: { Authorization: "Bearer x" },
    body: "words",
  });
  expect([answer.status, answer.headers.get("ETag")]).toEqual([412, '"7"']);
  expect(await answer.json()).toEqual({
    method: "PATCH",
    url: "/api/me/tasks?q=a%20b",
    token: "Bearer x",
    body: "words",
  });
});

test("a stream is passed on as it comes, and ends when its reader leaves", async () => {
  const left = Promise.withResolvers<void>();
  await serve((request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 500\n\n");
    request.on("close", () => left.resolve());
  });
  const leaving = new AbortController();
  const answer = await ask("/api/me/stream", { signal: leaving.signal });
  const reader = answer.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("retry: 500\n\n");
  leaving.abort();
  await left.promise;
});

test.each(["GET", "POST"])(
  "without a backend %s is answered by a problem that says when to come again",
  async (method) => {
    vi.spyOn(console, "error").mockReturnValue();
    await serve(() => {});
    backend.close();
    await new Promise((resolve) => backend.once("close", resolve));
    const answer = await ask("/api/me/tasks", { method, ...(method === "POST" && { body: "{}" }) });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await answer.json()).toMatchObject({ status: 503, title: "The server is not there" });
  },
);

test("a backend that hangs up without an answer is not there either", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  await serve((request) => void request.socket.destroy());
  expect((await ask("/api/me/tasks")).status).toBe(503);
});
