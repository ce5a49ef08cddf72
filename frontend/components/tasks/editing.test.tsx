// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
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
