import { unstable_doesMiddlewareMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { expect, test, vi } from "vitest";
import { config, proxy } from "./proxy";

const target = () =>
  proxy(new NextRequest("http://localhost:3000/api/me/tasks?q=a%20b")).headers.get(
    "x-middleware-rewrite",
  );

test("sends /api to the backend named when the server runs", () => {
  vi.stubEnv("TODO_BACKEND_URL", "http://backend.test:9000");
  expect(target()).toBe("http://backend.test:9000/api/me/tasks?q=a%20b");
});

test("sends /api to the local backend when none is named", () => {
  vi.stubEnv("TODO_BACKEND_URL", undefined);
  expect(target()).toBe("http://127.0.0.1:8000/api/me/tasks?q=a%20b");
});

test.each([
  ["/api/me", true],
  ["/api/u1/tasks", true],
  ["/api/authority/tasks", true],
  ["/mcp", true],
  ["/.well-known/oauth-protected-resource", true],
  ["/.well-known/oauth-protected-resource/mcp", true],
  ["/.well-known/change-password", false],
  ["/api/auth/token", false],
  ["/api/auth/sign-in/email", false],
  ["/", false],
  ["/sign-in", false],
])("whether %s goes to the backend: %s", (path, matches) => {
  expect(unstable_doesMiddlewareMatch({ config, nextConfig: {}, url: path })).toBe(matches);
});
