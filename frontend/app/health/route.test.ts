import { expect, test, vi } from "vitest";
import { GET } from "./route";

test("names the commit that the release says", async () => {
  vi.stubEnv("TODO_COMMIT", "abc123");
  expect(await GET().json()).toEqual({ status: "ok", commit: "abc123" });
});

test("is healthy without a commit", async () => {
  vi.stubEnv("TODO_COMMIT", undefined);
  expect(await GET().json()).toEqual({ status: "ok", commit: null });
});
