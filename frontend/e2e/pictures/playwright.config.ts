import { defineConfig } from "@playwright/test";
import tests from "../../playwright.config";
import type { Settings } from "../fixtures";

/** Pictures of the main pages, the same on each day: `npm run screenshots`. */
export default defineConfig<object, Settings>(tests, {
  testDir: ".",
  testIgnore: [],
  outputDir: "../../test-results/pictures",
  // A Wednesday, nine o'clock in the time zone of the tests.
  use: { clock: "2026-03-25 08:00:00" },
});
