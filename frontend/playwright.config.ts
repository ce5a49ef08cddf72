import { join } from "node:path";
import { defineConfig } from "@playwright/test";

const { BASE_URL, JUNIT_DIR } = process.env;

/**
 * Browser tests, on Debian's Chromium.
 *
 * Without BASE_URL they start the standalone build and a backend on SQLite themselves; with it they
 * look at an app that runs.
 */
export default defineConfig({
  testDir: "e2e",
  // An app that the tests start has no sidecars to take away.
  testIgnore: ["pictures/**", ...(BASE_URL ? [] : ["sidecars.spec.ts"])],
  // Emptied when a run begins: those on an app of their own and on one that runs may meet.
  outputDir: join("test-results", BASE_URL ? "live" : "own"),
  // Some tests end the backend and start it again, so each worker has an app of its own; one that
  // runs already is one. Each test has a person of its own, so any two may run at the same time.
  workers: BASE_URL ? 1 : 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  timeout: 240_000,
  globalTimeout: 30 * 60_000,
  // A busy machine may need many times what an idle one takes; nothing here measures time.
  expect: { timeout: 60_000 },
  reporter: [
    ["list"],
    ...(JUNIT_DIR ? [["junit", { outputFile: join(JUNIT_DIR, "browser.xml") }] as const] : []),
  ],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Brussels",
    // Pictures of every frame would cost as much as the page itself.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // The browser's own traffic is none of the page's, and must not leave the machine.
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
