import { NextRequest } from "next/server";
import { expect, test, vi } from "vitest";
import { proxy } from "./proxy";

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
