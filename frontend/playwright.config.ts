import { defineConfig } from "@playwright/test";

/**
 * Browser tests, on Debian's Chromium.
 *
 * Without BASE_URL they start the standalone build and a backend on SQLite themselves; with it they
 * look at an app that runs.
 */
export default defineConfig({
  testDir: "e2e",
  testIgnore: "pictures/**",
  outputDir: "test-results",
  // One backend, which some tests end and start again; each test has a person of its own.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  // All of them take five minutes on two busy cores.
  globalTimeout: 20 * 60_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Brussels",
    trace: "retain-on-failure",
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
