import { box, expect, row, test } from "./fixtures";

const LOST = "The connection is lost.";

test.afterEach(async ({ app }) => {
  // The next test finds a backend, however this one ended.
  const ready = await fetch(`${app.url}/api/health`).then(
    (answer) => answer.ok,
    () => false,
  );
  if (!ready) await app.outage?.up();
});

test("a change that fails is undone, says why, and works when it is tried again", async ({
  page,
  person,
  outage,
}) => {
  test.skip(!outage.hang, "only a backend of this machine can be made to hang");
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/");
  await expect(row(page, "Call Ann")).toBeVisible();
  await outage.hang?.();
  await box(page, "Call Ann").click();
  await expect(box(page, "Call Ann")).toBeChecked();
  await outage.down();
  const problem = page.getByRole("alert").filter({ hasText: "Could not change “Call Ann”" });
  await expect(problem).toBeVisible();
  await expect(box(page, "Call Ann")).not.toBeChecked();
  await outage.up();
  await problem.getByRole("button", { name: "Try again" }).click();
  await expect(row(page, "Call Ann")).toBeHidden();
  expect(await person.tasks()).toMatchObject([{ completed: true }]);
});

test("the page says that the backend is away, keeps what is written, and comes back by itself", async ({
  page,
  person,
  outage,
}) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/");
  await expect(row(page, "Call Ann")).toBeVisible();
  const before = outage.pid?.();
  await outage.down();
  await expect(page.getByText(LOST)).toBeVisible();
  await expect(row(page, "Call Ann")).toBeVisible();

  const title = page.getByRole("textbox", { name: "Title" });
  await title.fill("Buy milk");
  await title.press("Enter");
  await expect(page.getByText("Could not add “Buy milk”.")).toBeVisible();
  await expect(title).toHaveValue("Buy milk");

  await outage.up();
  if (outage.pid) expect(outage.pid()).not.toBe(before);
  await expect(page.getByText(LOST)).toBeHidden();
  await title.press("Enter");
  await expect(row(page, "Buy milk")).toBeVisible();
  // Live again, too: what is added elsewhere arrives.
  await person.add({ title: "From the phone", priority: "normal", tags: [] });
  await expect(row(page, "From the phone")).toBeVisible();
});

test("a form that cannot be saved keeps every word", async ({ page, person, outage }) => {
  const task = await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto(`/?task=${task.id}`);
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await dialog.getByLabel("Description").fill("About the trip");
  await outage.down();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Not saved.");
  await expect(dialog.getByLabel("Description")).toHaveValue("About the trip");
  await outage.up();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  expect(await person.tasks()).toMatchObject([{ description: "About the trip" }]);
});

test("a browser that is offline says so, and reads again when it is back", async ({
  page,
  person,
}) => {
  await page.goto("/");
  await expect(page.getByText("All clear")).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await person.add({ title: "From the phone", priority: "normal", tags: [] });
  await page.context().setOffline(false);
  await expect(page.getByText("You are offline.")).toBeHidden();
  await expect(row(page, "From the phone")).toBeVisible();
});
