import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Page, Response } from "@playwright/test";
import { box, expect, row, test } from "./fixtures";

const TRY_AGAIN_MS = 7_000;
const A_MINUTE_AND_A_SWEEP = 120_000;

/** Tells whoever runs this which request to look for in the logs. */
const REQUEST = "request of the first message:";

test("from signing up to signing out: words become a task, done, told of and reminded of", async ({
  stranger,
}) => {
  test.setTimeout(300_000);
  await signUp(stranger);
  const second = await stranger.context().newPage();
  await second.goto("/");
  await expect(second.getByText("All clear")).toBeVisible();

  await stranger.getByRole("link", { name: "Chat" }).click();
  const answer = await say(stranger, "Add buy milk tomorrow");
  console.log(REQUEST, answer.headers()["x-request-id"]);
  await expect(done(stranger, "Added")).toContainText("buy milk");
  await expect(row(second, "buy milk")).toContainText("Tomorrow");
  await say(stranger, "Remind me to call Ann in 1 minute");
  await expect(done(stranger, "Added")).toHaveCount(2);
  await expect(row(second, "call Ann")).toBeVisible();

  await box(second, "buy milk").click();
  await expect(row(second, "buy milk")).toBeHidden();
  await stranger.getByRole("link", { name: "Activity" }).click();
  await expect(stranger.getByRole("list", { name: "Today" })).toContainText("Completed buy milk");

  const bell = stranger.getByRole("link", { name: /^Notices/ });
  await expect(bell).toHaveAccessibleName("Notices 1 unread", { timeout: A_MINUTE_AND_A_SWEEP });
  await bell.click();
  await expect(stranger.getByRole("main")).toContainText("Reminder of call Ann");

  await stranger.getByRole("button", { name: "Sign out" }).click();
  await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
  // It may be on its way there by itself, and then ends the reload.
  await expect(async () => {
    await second.reload();
    await expect(second.getByRole("heading", { name: "Sign in" })).toBeVisible();
  }).toPass();
});

/** Make an account in the page, as often as it takes where many come from one address. */
async function signUp(page: Page): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("E-mail").fill(`${randomUUID()}@example.com`);
  await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery staple");
  const send = async () => {
    const answered = page.waitForResponse("**/api/auth/sign-up/email");
    await page.getByRole("button", { name: "Create account" }).click();
    return (await answered).status();
  };
  while ((await send()) === 429) await pause(TRY_AGAIN_MS);
  await expect(page.getByText("All clear")).toBeVisible();
}

async function say(page: Page, text: string): Promise<Response> {
  const answered = page.waitForResponse(/\/api\/[^/]+\/chat$/);
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
  return answered;
}

const done = (page: Page, what: string) =>
  page.getByRole("region", { name: "Messages" }).getByRole("region", { name: what });
