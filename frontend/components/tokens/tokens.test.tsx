// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend } from "@/tests/fake-backend";
import { FakeStream } from "@/tests/fake-stream";
import { FakeTokens, makeTokenRow } from "@/tests/fake-tokens";
import { renderPage } from "@/tests/render-page";
import { TokensPage } from "./tokens-page";

beforeEach(() => FakeStream.install());

function show(...tokens: Parameters<typeof makeTokenRow>[0][]) {
  new FakeBackend();
  const fake = new FakeTokens(tokens.map(makeTokenRow));
  return { fake, user: renderPage(<TokensPage />, "/tokens") };
}

async function make(user: ReturnType<typeof show>["user"], name = "Editor") {
  await user.type(await screen.findByRole("textbox", { name: "Name" }), name);
  await user.click(screen.getByRole("button", { name: "Make token" }));
}

test("lists tokens with what they may do and when they were used, readable by everybody", async () => {
  show(
    { name: "Editor", scope: "write", last_used_at: "2026-02-03T09:30:00Z" },
    { name: "Old one", expires_at: "2020-01-31T08:00:00Z" },
  );
  const list = await screen.findByRole("list", { name: "Your tokens" });
  const [first, second] = within(list).getAllByRole("listitem");
  expect(first).toHaveTextContent(/Editor.*Read and write.*todo_pat_Zk3q….*Last used 3 Feb 2026/);
  expect(second).toHaveTextContent(/Old one.*Read only.*Never used · Expired 31 Jan 2020/);
  expect(screen.getByText("http://localhost:3000/mcp")).toBeInTheDocument();
  expect(await findBarriers()).toEqual([]);
});

test("says so when there are none, and is reached from who is signed in", async () => {
  show();
  expect(await screen.findByText("No tokens yet")).toBeInTheDocument();
  const [link] = await screen.findAllByRole("link", { name: "Tokens" });
  expect(link).toHaveAttribute("href", "/tokens");
});

test("makes a token that reads only for ninety days unless another is chosen", async () => {
  const { fake, user } = show();
  await make(user, "  Editor ");
  await screen.findByRole("textbox", { name: "Your new token" });
  await user.click(screen.getByRole("button", { name: "Done" }));
  await user.click(screen.getByRole("radio", { name: "Read and write" }));
  await user.selectOptions(screen.getByRole("combobox", { name: "Expires after" }), "a year");
  await make(user, "Robot");
  await screen.findByRole("heading", { name: "Token for “Robot”" });
  expect(fake.asked).toEqual([
    { name: "Editor", scope: "read", days: 90 },
    { name: "Robot", scope: "write", days: 365 },
  ]);
});

test("shows the new token once, selected and to be copied, and keeps the keyboard in place", async () => {
  const { fake, user } = show();
  await make(user);
  const field = await screen.findByRole<HTMLInputElement>("textbox", { name: "Your new token" });
  expect(field).toHaveFocus();
  expect(field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)).toBe(field.value);
  expect(field.value).toMatch(/^todo_pat_x{43}$/);
  expect(await findBarriers()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByText("Copied.")).toBeInTheDocument();
  expect(await navigator.clipboard.readText()).toBe(field.value);
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.queryByDisplayValue(field.value)).not.toBeInTheDocument();
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveFocus();
  expect(await screen.findByRole("button", { name: "Revoke “Editor”" })).toBeInTheDocument();
  expect(fake.items).toHaveLength(1);
});

test("says what to do where the browser copies nothing", async () => {
  const { user } = show();
  await make(user);
  await screen.findByRole("textbox", { name: "Your new token" });
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
  await user.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByText(/press Ctrl\+C/)).toBeInTheDocument();
  expect(screen.getByRole("textbox", { name: "Your new token" })).toHaveFocus();
});

test("asks for a name, and says how long one may be instead of cutting it", async () => {
  const { fake, user } = show();
  await user.click(await screen.findByRole("button", { name: "Make token" }));
  const name = screen.getByRole("textbox", { name: "Name" });
  expect(name).toHaveAccessibleDescription(/Give it a name/);
  expect(name).toHaveFocus();
  await user.click(name);
  await user.paste("x".repeat(101));
  await user.click(screen.getByRole("button", { name: "Make token" }));
  expect(name).toHaveAccessibleDescription(/has 101 characters/);
  expect(await findBarriers()).toEqual([]);
  expect(fake.asked).toEqual([]);
});

test("says why a token could not be made, and keeps what was typed", async () => {
  const { fake, user } = show();
  fake.refusal = "There are 20, and no more than that.";
  await make(user);
  expect(await screen.findByRole("alert")).toHaveTextContent("There are 20");
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("Editor");
});

test("revokes a token after a question, and stays at the list", async () => {
  const { fake, user } = show({ name: "Editor" }, { name: "Robot" });
  await user.click(await screen.findByRole("button", { name: "Revoke “Editor”" }));
  const dialog = screen.getByRole("dialog", { name: "Revoke this token?" });
  await user.click(within(dialog).getByRole("button", { name: "Keep it" }));
  expect(screen.getByRole("button", { name: "Revoke “Editor”" })).toHaveFocus();
  expect(fake.items).toHaveLength(2);

  await user.click(screen.getByRole("button", { name: "Revoke “Editor”" }));
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Revoke" }));
  await waitFor(() => expect(fake.items.map(({ name }) => name)).toEqual(["Robot"]));
  await waitFor(() => expect(screen.getByRole("heading", { name: "Your tokens" })).toHaveFocus());
  expect(screen.queryByRole("button", { name: "Revoke “Editor”" })).not.toBeInTheDocument();
});

test("says why a token could not be revoked, and asks on", async () => {
  const { fake, user } = show({ name: "Editor" });
  fake.refusal = "The database is away.";
  await user.click(await screen.findByRole("button", { name: "Revoke “Editor”" }));
  const dialog = screen.getByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Revoke" }));
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("The database is away.");
  expect(screen.getByRole("button", { name: "Revoke “Editor”" })).toBeInTheDocument();
});
