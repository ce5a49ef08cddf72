import { expect, row, test } from "./fixtures";

test("seven pages of a browser share one stream, which outlives the page that has it", async ({
  page,
  person,
}) => {
  test.setTimeout(300_000);
  const streams: string[] = [];
  page.context().on("request", (request) => {
    if (request.url().includes("/stream")) streams.push(request.url());
  });
  const pages = [page];
  while (pages.length < 7) pages.push(await page.context().newPage());
  for (const each of pages) {
    await each.goto("/");
    await expect(each.getByText("All clear")).toBeVisible();
  }
  await person.add({ title: "From the phone", priority: "normal", tags: [] });
  for (const each of pages) await expect(row(each, "From the phone")).toBeVisible();
  expect(streams).toHaveLength(1);
  await page.close();
  await expect.poll(() => streams.length).toBe(2);
  await person.add({ title: "Once more", priority: "normal", tags: [] });
  for (const each of pages.slice(1)) await expect(row(each, "Once more")).toBeVisible();
});

test("signing out on one page shuts the others", async ({ page, person }) => {
  await person.add({ title: "Secret plan", priority: "normal", tags: [] });
  const other = await page.context().newPage();
  for (const each of [page, other]) {
    await each.goto("/");
    await expect(row(each, "Secret plan")).toBeVisible();
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/sign-in$/);
  await expect(other.getByText("Secret plan")).toHaveCount(0);
});

test("browser Back asks before it leaves words that are not saved", async ({ page, person }) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/chat");
  await page.getByRole("link", { name: "Tasks" }).click();
  await row(page, "Call Ann").getByRole("button", { name: "Call Ann", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByLabel("Title").fill("Call Ann and Bob");
  await page.goBack();
  await expect(dialog.getByText("There are unsaved changes.")).toBeVisible();
  await expect(dialog.getByLabel("Title")).toHaveValue("Call Ann and Bob");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Call Ann and Bob")).toBeVisible();
});
