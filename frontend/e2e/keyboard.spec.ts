import { box, expect, row, test } from "./fixtures";

test("a day's work needs no mouse", async ({ page, person }) => {
  await page.goto("/");
  await expect(page.getByText("All clear")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("textbox", { name: "Title" })).toBeFocused();
  for (const title of ["Call Ann", "Buy milk", "Write"]) {
    await page.keyboard.type(title);
    await page.keyboard.press("Enter");
    await expect(row(page, title)).toHaveAttribute("aria-busy", "false");
  }

  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Title" }).blur();
  await page.keyboard.press("j");
  await expect(page.getByRole("button", { name: "Write", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Title").focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" a letter");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Write a letter" }).first()).toBeFocused();

  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(row(page, "Buy milk")).toBeHidden();
  await expect(box(page, "Call Ann")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(row(page, "Call Ann")).toBeHidden();
  await expect(box(page, "Write a letter")).toBeFocused();
  expect((await person.tasks()).map(({ title }) => title)).toEqual(["Buy milk", "Write a letter"]);

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.getByRole("searchbox").blur();
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page.getByRole("heading", { name: "Activity", level: 1 })).toBeVisible();
});

test("focus stays in a dialog and comes back to where it was", async ({ page, person }) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/");
  const opener = page.getByRole("button", { name: "Call Ann", exact: true });
  await opener.click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await expect(dialog).toBeVisible();
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(
      () => document.activeElement === document.body || document.activeElement?.closest("dialog"),
    );
    expect(inside, `after ${step + 1} steps`).toBeTruthy();
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});
