import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const { JUNIT_DIR } = process.env;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    // Beside what they test; e2e/ is Playwright's.
    include: ["**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    // A worker is started once, not for each file: `tests/setup.ts` cleans up after every test, and
    // modules are spied on, never replaced with vi.mock, which would reach the files that follow.
    isolate: false,
    testTimeout: 60_000,
    reporters: ["default", ...(JUNIT_DIR ? ["junit"] : [])],
    ...(JUNIT_DIR && { outputFile: { junit: join(JUNIT_DIR, "vitest.xml") } }),
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Due dates are spoken of in the reader's time zone; the tests read from a fixed one.
    env: { TZ: "Europe/Brussels" },
  },
});
