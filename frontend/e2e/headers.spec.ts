import { globSync } from "node:fs";
import { resolve } from "node:path";

import { expect, row, test } from "./fixtures";

const APP = resolve(import.meta.dirname, "../app");
// Every page there is: without the groups of folders, and of what is not there where an id is asked for.
const PAGES = globSync("**/page.tsx", { cwd: APP }).map(
  (file) =>
    `/${file}`
      .replace(/\/\([^/]+\)/g, "")
      .replace(/\[[^/]+\]/g, "nowhere")
      .replace(/\/page\.tsx$/, "") || "/",
);

test("the pages are found", () => {
  expect(PAGES).toEqual(expect.arrayContaining(["/", "/sign-in", "/chat/nowhere"]));
});

for (const path of [...PAGES.toSorted(), "/nowhere"]) {
  test(`${path} lets no script run but its own, and breaks none of them`, async ({ page }) => {
    const refused: string[] = [];
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) refused.push(message.text());
    });
    const answer = await page.goto(path);
    const headers = answer?.headers() ?? {};
    expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[^']+';/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toContain("no-store");
    await page.waitForLoadState("load");
    expect(refused).toEqual([]);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'planted'";
      document.body.append(script);
      return document.title === "planted";
    });
    expect(ran).toBe(false);
  });
}

test("pages lead to each other without being loaded again", async ({ page, person }) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/");
  await expect(row(page, "Call Ann")).toBeVisible();
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.getByRole("link", { name: "Chat" }).click();
  await expect(page.getByRole("textbox", { name: "Message" })).toBeVisible();
  await page.goBack();
  await expect(row(page, "Call Ann")).toBeVisible();
  expect(await page.evaluate(() => "same" in window)).toBe(true);
});
