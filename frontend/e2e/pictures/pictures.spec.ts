import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { box, expect, row, test } from "../fixtures";
import type { Person } from "../person";
import { TASKS } from "./sample";

const FOLDER = resolve(import.meta.dirname, "../../../docs/images");
const NOW = "2026-03-25T08:01:00Z";
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

async function look(page: Page, address: string): Promise<void> {
  await page.clock.install({ time: NOW });
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

  await chat(page, phone);
  await notices(phone, person);
  await tokens(page);
});

async function chat(page: Page, phone: Page): Promise<void> {
  await look(page, "/chat");
  for (const text of ["Remind me to call Ann tomorrow at 5pm", "What is due this week?"]) {
    await page.getByRole("textbox", { name: "Message" }).fill(text);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  }
  await atItsEnd(page);
  await picture(page, "chat");
  await look(phone, new URL(page.url()).pathname);
  await atItsEnd(phone);
  await picture(phone, "chat-phone");
}

async function atItsEnd(page: Page): Promise<void> {
  await expect(page.getByRole("region", { name: "Found" })).toBeVisible();
  const messages = page.getByRole("region", { name: "Messages" });
  const below = () =>
    messages.evaluate((each) => each.scrollHeight - each.clientHeight - each.scrollTop);
  await expect.poll(below).toBeLessThan(2);
  await messages.evaluate((each) => each.scrollTo(0, each.scrollHeight));
}

async function notices(phone: Page, person: Person): Promise<void> {
  for (const title of ["Take the bread out of the oven", "Call the plumber"]) {
    await person.add({ title, priority: "normal", tags: [], remind_at: "2026-03-25T07:30:00Z" });
  }
  await look(phone, "/notices");
  await phone.getByRole("button", { name: "Mark “Call the plumber” as read" }).click();
  await expect(phone.getByRole("link", { name: "Notices 1 unread" })).toBeVisible();
  await picture(phone, "notices-phone");
}

async function tokens(page: Page): Promise<void> {
  await look(page, "/tokens");
  await page.getByRole("textbox", { name: "Name" }).fill("Editor");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Your new token" })).toBeVisible();
  // The token itself is another each time, and is not shown again.
  await look(page, "/tokens");
  await expect(page.getByRole("list", { name: "Your tokens" })).toContainText("Editor");
  await picture(page, "tokens");
}
