import { box, expect, row, test } from "./fixtures";

test("what happens in one window is seen in another without a reload", async ({
  page,
  another,
}) => {
  const second = await another();
  await page.goto("/");
  await second.goto("/");
  await expect(second.getByText("All clear")).toBeVisible();
  await second.evaluate(() => Object.assign(window, { loadedOnce: true }));

  await page.getByRole("textbox", { name: "Title" }).fill("Buy milk");
  await page.keyboard.press("Enter");
  await expect(row(second, "Buy milk")).toBeVisible();
  await box(second, "Buy milk").click();
  await expect(row(page, "Buy milk")).toBeHidden();
  await second.getByRole("link", { name: "Activity" }).click();
  await expect(
    second.getByRole("listitem").filter({ hasText: "Completed Buy milk" }),
  ).toBeVisible();
  expect(await second.evaluate(() => "loadedOnce" in window)).toBe(true);
});
