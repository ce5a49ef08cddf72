import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { barriers, expect, row, test } from "./fixtures";

const PASSWORD = "correct horse battery staple";

test("somebody new signs up, signs out, and signs in to what they left", async ({ stranger }) => {
  const email = `${randomUUID()}@example.com`;
  await stranger.goto("/");
  await expect(stranger.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await stranger.getByRole("link", { name: "Create one" }).click();
  await stranger.getByLabel("Name").fill("Ann");
  await stranger.getByLabel("E-mail").fill(email);
  await stranger.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await stranger.getByRole("button", { name: "Create account" }).click();
  await stranger.getByRole("textbox", { name: "Title" }).fill("Buy milk");
  await stranger.keyboard.press("Enter");
  await expect(row(stranger, "Buy milk")).toHaveAttribute("aria-busy", "false");

  await stranger.getByRole("button", { name: "Sign out" }).click();
  await signIn(stranger, email, "wrong horse");
  await expect(stranger.getByText("There is a problem")).toBeVisible();
  await stranger.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await stranger.keyboard.press("Enter");
  await expect(row(stranger, "Buy milk")).toBeVisible();
});

test("a session that ended leads to signing in, and back to the page one was on", async ({
  page,
  person,
}) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: ["family"] });
  await page.goto("/?tag=family");
  await expect(row(page, "Call Ann")).toBeVisible();
  await page.context().clearCookies();
  await page.reload();
  await signIn(page, person.email, person.password);
  await expect(row(page, "Call Ann")).toBeVisible();
  await expect(page).toHaveURL(/\?tag=family$/);
});

test("another password counts from now on, and ends the session of every other window", async ({
  page,
  another,
  person,
}) => {
  // A window of the same person on another device has the same session; one signed in anew has not.
  const elsewhere = await another({ storageState: { cookies: [], origins: [] } });
  await elsewhere.goto("/sign-in");
  await signIn(elsewhere, person.email, person.password);
  await expect(elsewhere.getByText("All clear")).toBeVisible();

  await page.goto("/password");
  await page.getByRole("textbox", { name: "Current password" }).fill("wrong horse");
  await page.getByRole("textbox", { name: "New password" }).fill("another battery staple");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("There is a problem")).toBeVisible();
  await page.getByRole("textbox", { name: "Current password" }).fill(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("All clear")).toBeVisible();

  await elsewhere.reload();
  await signIn(elsewhere, person.email, "another battery staple");
  await expect(elsewhere.getByText("All clear")).toBeVisible();
});

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
  await page.keyboard.press("Enter");
}

test("pressed before the script is there, nothing is sent and what was typed stays", async ({
  stranger,
}) => {
  await stranger.route("**/*.js", (route) => route.abort());
  await stranger.goto("/sign-in");
  const email = stranger.getByLabel("E-mail");
  await email.fill("ann@example.com");
  await stranger.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await stranger.keyboard.press("Enter");
  await expect(stranger.getByRole("button", { name: "Sign in" })).toBeDisabled();
  await expect(email).toHaveValue("ann@example.com");
  await expect(stranger).toHaveURL(/\/sign-in$/);
});

for (const address of ["/sign-in", "/sign-up"]) {
  test(`axe finds nothing in the way, and it fits 360 pixels: ${address}`, async ({ stranger }) => {
    await stranger.setViewportSize({ width: 360, height: 740 });
    await stranger.goto(address);
    await stranger.getByRole("main").getByRole("button").last().click();
    await expect(stranger.getByText("There is a problem")).toBeVisible();
    expect(await barriers(stranger)).toEqual([]);
    expect(await stranger.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
}
