import { type APIRequestContext, request } from "@playwright/test";
import { barriers, expect, test } from "./fixtures";

/** Call the tools as a program does: with a token, and without a browser's cookies or Origin. */
async function call(program: APIRequestContext, token: string, method: string, params = {}) {
  return program.post("/mcp", {
    headers: {
      Accept: "application/json, text/event-stream",
      Authorization: `Bearer ${token}`,
    },
    data: { jsonrpc: "2.0", id: 1, method, params },
  });
}

test("a program is let in by a token that a person makes, and out when they revoke it", async ({
  page,
  person,
  app,
}) => {
  const program = await request.newContext({ baseURL: app.url });
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/tokens");
  await expect(page.getByText("No tokens yet")).toBeVisible();
  expect(await barriers(page)).toEqual([]);

  // By keyboard alone: the form is in its order, and the new token has the focus.
  await page.getByRole("textbox", { name: "Name" }).focus();
  await page.keyboard.type("Editor");
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Your new token" });
  await expect(field).toBeFocused();
  const token = await field.inputValue();
  expect(await barriers(page)).toEqual([]);

  const listed = await call(program, token, "tools/call", { name: "list_tasks", arguments: {} });
  expect(await listed.text()).toContain("Call Ann");
  const refused = await call(program, token, "tools/call", {
    name: "add_task",
    arguments: { title: "Buy milk" },
  });
  expect(await refused.text()).toContain("read-only-token");
  expect(await person.tasks()).toHaveLength(1);

  await page.reload();
  const row = page.getByRole("list", { name: "Your tokens" }).getByRole("listitem");
  await expect(row).toContainText(/Editor.*Read only.*Last used/);
  await row.getByRole("button", { name: "Revoke “Editor”" }).click();
  const dialog = page.getByRole("dialog", { name: "Revoke this token?" });
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("No tokens yet")).toBeVisible();

  const answer = await call(program, token, "tools/list");
  expect(answer.status()).toBe(401);
  const where = /resource_metadata="([^"]+)"/.exec(answer.headers()["www-authenticate"] ?? "");
  const description = await program.get(new URL(where?.[1] ?? "").pathname);
  expect(await description.json()).toMatchObject({ scopes_supported: ["read", "write"] });
  await program.dispose();
});
