// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Task } from "@/lib/api/client";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { address, renderPage, titles } from "@/tests/render-page";

const CALL = makeTask({ title: "Call", version: 7, due_at: "2026-03-01T16:30:00Z" });

async function open(task: Task = CALL) {
  const backend = new FakeBackend([task]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: task.title }));
  const dialog = within(await screen.findByRole("dialog", { name: "Edit task" }));
  const save = () => user.click(dialog.getByRole("button", { name: "Save" }));
  return { backend, user, dialog, save };
}

const change = (backend: FakeBackend, fields: Partial<Task>) => {
  backend.tasks = backend.tasks.map((task) => ({ ...task, ...fields, version: task.version + 1 }));
};

test("changes every field of a task, guarded by the version that was read", async () => {
  const { backend, user, dialog, save } = await open();
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  await user.type(dialog.getByRole("textbox", { name: "Description" }), "About the trip");
  await user.clear(dialog.getByLabelText("Due time"));
  await user.click(dialog.getByRole("button", { name: "Reminder: That morning" }));
  await user.selectOptions(dialog.getByLabelText("Priority"), "High priority");
  await user.type(dialog.getByRole("combobox", { name: "Tags" }), "family");
  await save();
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(backend.tasks[0]).toMatchObject({
    title: "Call Ann",
    description: "About the trip",
    due_at: "2026-03-01T22:59:59.000Z",
    remind_at: "2026-03-01T08:00:00.000Z",
    priority: "high",
    tags: ["family"],
  });
  expect(backend.seen.find(({ method }) => method === "PATCH")?.ifMatch).toBe('"7"');
  expect(screen.getByRole("button", { name: "Call Ann" })).toHaveFocus();
});

test("shows the change in the list while it is being saved, and takes it back when it fails", async () => {
  const { backend, user, dialog, save } = await open();
  backend.refuse("PATCH", { detail: "The disk is full." });
  const release = backend.hold();
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  await save();
  expect(titles()).toEqual(["Call Ann"]);
  release();
  expect(await dialog.findByRole("alert")).toHaveTextContent("Not saved. The disk is full.");
  expect(titles()).toEqual(["Call"]);
  expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Call Ann");
  await save();
  await waitFor(() => expect(backend.tasks[0]?.title).toBe("Call Ann"));
});

test("takes the due date and the reminder away", async () => {
  const { backend, user, dialog, save } = await open({ ...CALL, remind_at: CALL.due_at });
  await user.clear(dialog.getByLabelText("Due date"));
  await user.click(dialog.getByRole("button", { name: "Reminder: Remove" }));
  await save();
  await waitFor(() => expect(backend.tasks[0]).toMatchObject({ due_at: null, remind_at: null }));
});

test("saves beside what somebody else changed meanwhile, when it is something else", async () => {
  const { backend, user, dialog, save } = await open();
  change(backend, { description: "Ask for Bob" });
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  await save();
  await waitFor(() =>
    expect(backend.tasks[0]).toMatchObject({ title: "Call Ann", description: "Ask for Bob" }),
  );
});

test("asks whose words to keep when both changed the same, and saves mine", async () => {
  const { backend, user, dialog, save } = await open();
  change(backend, { title: "Phone" });
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  await save();
  const question = await dialog.findByRole("alert");
  expect(question).toHaveTextContent("Somebody changed this task while you were writing.");
  expect(within(question).getByRole("row", { name: "Title Call Ann Phone" })).toBeInTheDocument();
  expect(backend.tasks[0]?.title).toBe("Phone");
  await user.click(dialog.getByRole("button", { name: "Save mine" }));
  await waitFor(() => expect(backend.tasks[0]?.title).toBe("Call Ann"));
});

test("takes their words and keeps my other changes", async () => {
  const { backend, user, dialog, save } = await open();
  change(backend, { title: "Phone" });
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  await user.selectOptions(dialog.getByLabelText("Priority"), "Low priority");
  await save();
  await user.click(await dialog.findByRole("button", { name: "Take theirs" }));
  expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Phone");
  await save();
  await waitFor(() => expect(backend.tasks[0]).toMatchObject({ title: "Phone", priority: "low" }));
});

test("does not throw unsaved words away on Escape", async () => {
  const { backend, user, dialog } = await open();
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann{Escape}");
  expect(dialog.getByRole("alert")).toHaveTextContent("There are unsaved changes.");
  await user.click(dialog.getByRole("button", { name: "Discard" }));
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  expect(backend.tasks[0]?.title).toBe("Call");
});

test("browser Back asks before unsaved words are lost, and goes back when there are none", async () => {
  const { backend, user, dialog } = await open();
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  const routed = vi.fn();
  const pushed = vi.spyOn(window.history, "pushState");
  window.addEventListener("popstate", routed);
  window.dispatchEvent(new PopStateEvent("popstate"));
  expect(await dialog.findByText("There are unsaved changes.")).toBeInTheDocument();
  // The page is put where it was, and the router never hears that it left.
  expect(pushed).toHaveBeenCalledOnce();
  expect(routed).not.toHaveBeenCalled();
  expect(dialog.getByRole("textbox", { name: "Title" })).toHaveValue("Call Ann");
  await user.click(dialog.getByRole("button", { name: "Discard" }));
  window.dispatchEvent(new PopStateEvent("popstate"));
  expect(routed).toHaveBeenCalledOnce();
  expect(backend.tasks[0]?.title).toBe("Call");
});

test("closing the window asks only while there are unsaved words", async () => {
  const { user, dialog, save } = await open();
  const asked = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asked()).toBe(false);
  await user.type(dialog.getByRole("textbox", { name: "Title" }), " Ann");
  expect(asked()).toBe(true);
  await save();
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(asked()).toBe(false);
});

test("says that what was pasted is too long, and cuts nothing", async () => {
  const { user, dialog } = await open();
  const title = dialog.getByRole("textbox", { name: "Title" });
  await user.click(title);
  await user.paste("x".repeat(200));
  expect(title).toHaveValue(`Call${"x".repeat(200)}`);
  expect(dialog.getByText(/Too long by 4: at most 200 characters fit/)).toBeInTheDocument();
  expect(title).toBeInvalid();
  expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await user.type(title, "{Backspace>4/}");
  expect(title).toBeValid();
  expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
  await user.click(dialog.getByRole("combobox", { name: "Tags" }));
  await user.paste("y".repeat(41));
  await user.tab();
  expect(dialog.getByRole("combobox", { name: "Tags" })).toHaveValue("y".repeat(41));
  expect(dialog.getByText(/Too long by 1: at most 40/)).toBeInTheDocument();
});

test("closes on Escape when nothing was written", async () => {
  const { user } = await open();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("opens the task the address names, and closes it with the address", async () => {
  new FakeBackend([CALL]);
  const user = renderPage(undefined, `/?status=done&task=${CALL.id}`);
  const dialog = within(await screen.findByRole("dialog", { name: "Edit task" }));
  expect(await dialog.findByRole("textbox", { name: "Title" })).toHaveValue("Call");
  await user.click(dialog.getAllByRole("button", { name: "Close" })[0] as Element);
  expect(address.search).toBe("?status=done");
});

test("says so when the task the address names is gone", async () => {
  new FakeBackend();
  renderPage(undefined, `/?task=${CALL.id}`);
  expect(await screen.findByText(/no longer there/)).toBeInTheDocument();
});
