import { expect, row, test } from "./fixtures";

test("without the backend's sidecars nothing written is lost, and all of it is told of later", async ({
  page,
  another,
  app,
  sidecars,
}) => {
  const second = await another();
  await page.goto("/");
  await second.goto("/activity");
  const title = page.getByRole("textbox", { name: "Title" });
  const add = async (what: string) => {
    await title.fill(what);
    await title.press("Enter");
  };

  await sidecars.down();
  try {
    // The backend itself needs none to store a task with its event.
    await add("Buy milk");
    await expect(row(page, "Buy milk")).toBeVisible();
    // Soon its pods count as unready, and the gateway has nobody to ask.
    const answers = () => fetch(`${app.url}/api/health`).then(({ ok }) => ok);
    await expect.poll(answers, { timeout: 60_000 }).toBe(false);
    await add("Call Ann");
    await expect(page.getByText("Could not add “Call Ann”.")).toBeVisible();
    await expect(title).toHaveValue("Call Ann");
  } finally {
    await sidecars.up();
  }

  await title.press("Enter");
  await expect(row(page, "Call Ann")).toBeVisible();
  for (const what of ["Added Buy milk", "Added Call Ann"]) {
    await expect(second.getByRole("list", { name: "Today" })).toContainText(what);
  }
});
