import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { box, expect, row, test } from "../fixtures";
import { TASKS } from "./sample";

const FOLDER = resolve(import.meta.dirname, "../../../docs/images");
const NOW = "2026-03-25T08:01:00Z";
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

async function look(page: Page, address: string): Promise<void> {
  await page.clock.setFixedTime(NOW);
  await page.goto(address);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: "disabled" });
}

test("pictures of the main pages", async ({ page, person, another }) => {
  for (const task of TASKS) await person.add(task);
  const phone = await another(PHONE);

  await look(page, "/");
  await expect(row(page, "Buy milk, eggs and coffee")).toBeVisible();
  await picture(page, "tasks");
  await look(phone, "/");
  await expect(row(phone, "Buy milk, eggs and coffee")).toBeVisible();
  await picture(phone, "tasks-phone");

  await page.getByRole("button", { name: "Book the train to Ghent", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByRole("button", { name: "Reminder: The day before" }).click();
  await picture(page, "task");
  await dialog.getByRole("button", { name: "Discard" }).click();

  await box(page, "Water the plants on the balcony").check();
  await expect(row(page, "Water the plants on the balcony")).toBeHidden();
  await look(page, "/activity");
  await expect(page.getByText("Completed")).toBeVisible();
  await picture(page, "activity");
});
