import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    // Beside what they test; e2e/ is Playwright's.
    include: ["**/*.test.{ts,tsx}"],
    setupFiles: ["tests/setup.ts"],
    testTimeout: 30_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Due dates are spoken of in the reader's time zone; the tests read from a fixed one.
    env: { TZ: "Europe/Brussels" },
  },
});
