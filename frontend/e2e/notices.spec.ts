import { expect, test } from "./fixtures";

const MINUTE = 60_000;
const soon = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

test("a reminder that comes is told on the page, counted, listed, and leads to its task", async ({
  page,
  person,
}) => {
  await page.goto("/");
  await expect(page.getByText("All clear")).toBeVisible();
  const bell = page.getByRole("link", { name: /^Notices/ });
  await expect(bell).toHaveAccessibleName("Notices");
  await person.add({ title: "Call Ann", priority: "normal", tags: [], remind_at: soon(1_000) });
  await expect(page.getByText("Reminder: Call Ann")).toBeVisible();
  await expect(bell).toHaveAccessibleName("Notices 1 unread");

  await bell.click();
  const today = page.getByRole("list", { name: "Today" });
  await expect(today.getByRole("listitem")).toContainText("Reminder of Call Ann");
  await today.getByRole("link", { name: "Call Ann" }).click();
  await expect(page.getByRole("dialog", { name: "Edit task" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(bell).toHaveAccessibleName("Notices");
});

test("a reminder is set, shown and taken away in the form of a task", async ({ page, person }) => {
  await person.add({
    title: "Call Ann",
    priority: "normal",
    tags: [],
    due_at: "2099-03-01T16:30:00Z",
  });
  await page.goto("/");
  await page.getByRole("button", { name: "Call Ann", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByRole("button", { name: "Reminder: An hour before" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await person.tasks()).toMatchObject([{ remind_at: "2099-03-01T15:30:00Z" }]);
  await page.getByRole("button", { name: "Call Ann", exact: true }).click();
  await dialog.getByRole("button", { name: "Reminder: Remove" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await person.tasks()).toMatchObject([{ remind_at: null }]);
});

test("all notices are marked as read at once", async ({ page, person }) => {
  for (const title of ["Call Ann", "Buy milk"]) {
    await person.add({ title, priority: "normal", tags: [], remind_at: soon(-MINUTE) });
  }
  await page.goto("/notices");
  await expect(page.getByRole("listitem").filter({ hasText: "Reminder of" })).toHaveCount(2);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("link", { name: /^Notices/ })).toHaveAccessibleName("Notices");
  await page.getByRole("button", { name: "Mark “Buy milk” as unread" }).click();
  await expect(page.getByRole("link", { name: /^Notices/ })).toHaveAccessibleName(
    "Notices 1 unread",
  );
});
