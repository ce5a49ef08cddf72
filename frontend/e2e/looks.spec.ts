import type { Page } from "@playwright/test";
import { barriers, expect, test } from "./fixtures";
import type { Person } from "./person";

const TASKS = [
  {
    title: "Renew the passport before the summer holiday",
    description: "Photos are in the drawer, and the form is online",
    due_at: "2026-01-01T09:00:00Z",
    priority: "high",
    tags: ["home", "papers"],
  },
  { title: `A-very-long-word-${"x".repeat(60)}`, priority: "low", tags: [`t${"x".repeat(38)}`] },
  { title: "Buy milk", priority: "normal", tags: [] },
] as const;

/** Every page and main state there is to look at. */
const STATES: Record<string, (page: Page, person: Person) => Promise<void>> = {
  "the empty list": async (page) => {
    await page.goto("/");
    await expect(page.getByText("All clear")).toBeVisible();
  },
  "the list with a form open": async (page, person) => {
    await addAll(person);
    await page.goto("/");
    await page.getByRole("textbox", { name: "Title" }).fill("Call Ann");
    await page.getByLabel("Due date").fill("2026-03-01");
    await expect(page.getByRole("checkbox")).toHaveCount(TASKS.length);
  },
  "a narrowed list with nothing in it": async (page, person) => {
    await addAll(person);
    await page.goto("/?due=today&priority=high&tag=home");
    await expect(page.getByText("Nothing here")).toBeVisible();
  },
  "an opened task": async (page, person) => {
    await addAll(person);
    await page.goto("/");
    await page.getByRole("button", { name: TASKS[0].title, exact: true }).click();
    await expect(page.getByRole("dialog", { name: "Edit task" })).toBeVisible();
  },
  "a message after a deletion": async (page, person) => {
    await addAll(person);
    await page.goto("/");
    await page.getByRole("button", { name: "Delete Buy milk" }).click();
    await expect(page.getByText("Deleted “Buy milk”")).toBeVisible();
  },
  "the list of keys": async (page) => {
    await page.goto("/");
    await expect(page.getByText("All clear")).toBeVisible();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  },
  "what happened": async (page, person) => {
    await addAll(person);
    await page.goto("/activity");
    await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(TASKS.length);
  },
  "the chat before anything is said": async (page) => {
    await page.goto("/chat");
    await expect(page.getByRole("heading", { name: "What is to be done?" })).toBeVisible();
  },
  "a conversation with what was done": async (page, person) => {
    await addAll(person);
    await page.goto("/chat");
    const messages = page.getByRole("region", { name: "Messages" });
    for (const [said, reply] of Object.entries({
      "Add water the plants": "Added “water the plants”",
      "List my tasks": "Found",
      "Delete water the plants": "Delete “water the plants”?",
    })) {
      await page.getByRole("textbox", { name: "Message" }).fill(said);
      await page.keyboard.press("Enter");
      await expect(messages.getByText(reply).first()).toBeVisible();
      await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
    }
  },
  "a conversation about to be deleted": async (page) => {
    await page.goto("/chat");
    await page.getByRole("button", { name: "What is due this week?" }).click();
    await page.getByRole("button", { name: "Delete this conversation" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
  },
  "notices, read and unread": async (page, person) => {
    for (const title of ["Call Ann", TASKS[1].title]) {
      await person.add({ title, priority: "normal", tags: [], remind_at: "2026-01-01T09:00:00Z" });
    }
    await page.goto("/notices");
    await page.getByRole("button", { name: "Mark “Call Ann” as read" }).click();
    await expect(page.getByRole("link", { name: "Notices 1 unread" })).toBeVisible();
  },
  "a change of password with something missing": async (page) => {
    await page.goto("/password");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("There is a problem")).toBeVisible();
  },
};

async function addAll(person: Person): Promise<void> {
  for (const task of TASKS) await person.add({ ...task, tags: [...task.tags] });
}

for (const [name, show] of Object.entries(STATES)) {
  for (const scheme of ["light", "dark"] as const) {
    test(`axe finds nothing in the way: ${name}, ${scheme}`, async ({ another, person }) => {
      const page = await another({ colorScheme: scheme });
      await show(page, person);
      expect(await barriers(page)).toEqual([]);
    });
  }

  test(`fits a page of 360 pixels: ${name}`, async ({ another, person }) => {
    const page = await another({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await show(page, person);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
    expect(await barriers(page)).toEqual([]);
  });
}

test("nothing moves for whoever asked for less motion", async ({ another, person }) => {
  const page = await another({ reducedMotion: "reduce" });
  await addAll(person);
  await page.goto("/");
  await page.getByRole("button", { name: "Delete Buy milk" }).click();
  await expect(page.getByText("Deleted “Buy milk”")).toBeVisible();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter(({ effect }) => Number(effect?.getTiming().duration) > 0),
  );
  expect(moving).toEqual([]);
});
