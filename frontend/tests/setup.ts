import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";
import { server } from "./server";

// A request that no test prepared is a mistake, never an answer.
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(async () => {
  cleanup();
  // Loaded here, not above: a test may have put something else in place of what it uses.
  const { forgetSession } = await import("@/lib/session/token");
  forgetSession();
  server.resetHandlers();
});
afterAll(() => server.close());
