import { box, expect, row, test } from "./fixtures";

test("a task is added, opened, changed, completed and deleted", async ({ page, person }) => {
  await page.goto("/");
  await expect(page.getByText("All clear")).toBeVisible();
  await page.getByRole("textbox", { name: "Title" }).fill("Book the train");
  await page.getByLabel("Due date").fill("2026-03-01");
  await page.getByLabel("Due time").fill("17:30");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(row(page, "Book the train")).toContainText("1 Mar");
  await expect.poll(() => person.tasks()).toHaveLength(1);
  expect((await person.tasks())[0]?.due_at).toBe("2026-03-01T16:30:00Z");

  await page.getByRole("button", { name: "Book the train", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByLabel("Description").fill("Window seat");
  await dialog.getByLabel("Priority").selectOption("High priority");
  await dialog.getByLabel("Tags").fill("travel");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, "Book the train")).toContainText("High priority");
  await expect(row(page, "Book the train")).toContainText("#travel");

  await box(page, "Book the train").click();
  await expect(row(page, "Book the train")).toBeHidden();
  await page.getByText("Done", { exact: true }).click();
  await page.getByRole("button", { name: "Delete Book the train" }).click();
  await expect(page.getByText("Nothing done yet")).toBeVisible();
  await expect.poll(() => person.tasks()).toHaveLength(0);
  await expect(page.getByText("Deleted “Book the train”")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(row(page, "Book the train")).toContainText("Window seat");
});

test("what is looked at is in the address: it survives a reload and the way back", async ({
  page,
  person,
}) => {
  await person.add({ title: "Call Ann", tags: ["family"], priority: "high" });
  await person.add({ title: "Write a letter", tags: ["family"], priority: "normal" });
  await person.add({ title: "Buy milk", tags: [], priority: "normal" });
  await page.goto("/");
  await row(page, "Call Ann").getByRole("button", { name: "Show tasks tagged family" }).click();
  await expect(row(page, "Buy milk")).toBeHidden();
  await page.getByLabel("Search tasks").fill("letter");
  await expect(row(page, "Call Ann")).toBeHidden();
  await expect(page).toHaveURL(/\?tag=family&q=letter$/);
  await page.reload();
  await expect(row(page, "Write a letter")).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(1);
  await expect(page.getByLabel("Search tasks")).toHaveValue("letter");
  await page.goBack();
  await expect(page.getByRole("checkbox")).toHaveCount(3);
});

test("an opened task is in the address, and closes with it", async ({ page, person }) => {
  const task = await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto(`/?task=${task.id}`);
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await expect(dialog.getByLabel("Title")).toHaveValue("Call Ann");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/$/);
  await page.goBack();
  await expect(dialog).toBeVisible();
});

test("two who change one task at a time lose nothing", async ({ page, person }) => {
  const task = await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto(`/?task=${task.id}`);
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByLabel("Title").fill("Call Ann at noon");
  await person.change(task, { title: "Ring Ann", description: "About the trip" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Somebody changed this task");
  await expect(dialog.getByRole("row", { name: /Title Call Ann at noon Ring Ann/ })).toBeVisible();
  await dialog.getByRole("button", { name: "Save mine" }).click();
  await expect(dialog).toBeHidden();
  expect(await person.tasks()).toMatchObject([
    { title: "Call Ann at noon", description: "About the trip" },
  ]);
});

test("activity tells what happened, and leads back to the task", async ({ page, person }) => {
  const task = await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await person.change(task, { completed: true });
  await page.goto("/activity");
  const today = page.getByRole("list", { name: "Today" });
  await expect(today.getByRole("listitem")).toHaveText([/^Completed Call Ann/, /^Added Call Ann/]);
  await today.getByRole("link", { name: "Call Ann" }).first().click();
  await expect(page.getByRole("dialog", { name: "Edit task" })).toBeVisible();
});
