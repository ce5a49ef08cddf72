import { unstable_doesMiddlewareMatch } from "next/experimental/testing/server";
import { NextRequest } from "next/server";
import { expect, test } from "vitest";
import { config, proxy } from "./proxy";

const answer = (headers: Record<string, string> = {}) =>
  proxy(new NextRequest("http://localhost:3000/chat", { headers })).headers;
const policy = (headers: Headers) => headers.get("Content-Security-Policy") ?? "";

test("a page runs the scripts of this host and of its own nonce, and no others", () => {
  const [first, second] = [policy(answer()), policy(answer())];
  const scripts = /script-src 'self' 'nonce-([\w+/=]{20,})'(;|$)/;
  expect(first).toMatch(scripts);
  expect(first).not.toMatch(/script-src[^;]*unsafe/);
  expect(first.match(scripts)?.[1]).not.toBe(second.match(scripts)?.[1]);
});

test("Next.js is told the nonce, whatever policy the request brought", () => {
  const headers = answer({ "Content-Security-Policy": "script-src 'nonce-planted'" });
  expect(headers.get("x-middleware-request-content-security-policy")).toBe(policy(headers));
});

test("a page stays with no browser and no proxy", () => {
  expect(answer().get("Cache-Control")).toBe("private, no-store");
});

test.each([
  [{}, false],
  [{ "x-forwarded-proto": "http" }, false],
  [{ "x-forwarded-proto": "https" }, true],
  [{ "x-forwarded-proto": "https, http" }, true],
  [{ "x-forwarded-proto": "http, https" }, false],
])("whether https is insisted on after %j: %s", (headers, insisted) => {
  expect(answer(headers as Record<string, string>).has("Strict-Transport-Security")).toBe(insisted);
});

test.each([
  ["/", true],
  ["/sign-in", true],
  ["/chat/42", true],
  ["/nowhere", true],
  ["/apiary", true],
  ["/api/u1/tasks", false],
  ["/mcp", false],
  ["/mcpage", true],
  ["/.well-known/oauth-protected-resource/mcp", false],
  ["/api/auth/token", false],
  ["/_next/static/chunks/a.js", false],
  ["/health", false],
])("whether %s is a page: %s", (path, matches) => {
  expect(unstable_doesMiddlewareMatch({ config, nextConfig: {}, url: path })).toBe(matches);
});
