// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { checkbox, renderPage, titles } from "@/tests/render-page";

test("adds a task with its due day and priority, at once and for good", async () => {
  const backend = new FakeBackend();
  const user = renderPage();
  await screen.findByText("All clear");
  const release = backend.hold();
  await user.type(screen.getByLabelText("Due"), "2026-03-01");
  await user.selectOptions(screen.getByLabelText("Priority"), "high");
  await user.type(screen.getByLabelText("Title"), "  Buy milk {Enter}");
  expect(titles()).toEqual(["Buy milk"]);
  expect(backend.tasks).toEqual([]);
  expect(screen.getByLabelText("Title")).toHaveValue("");

  release();
  expect(await screen.findByText("Added “Buy milk”")).toBeInTheDocument();
  expect(backend.tasks).toMatchObject([
    { title: "Buy milk", priority: "high", due_at: "2026-03-01T22:59:59.000Z" },
  ]);
  await waitFor(() => expect(screen.getByRole("listitem")).toHaveAttribute("aria-busy", "false"));
  expect(titles()).toEqual(["Buy milk"]);
});

test("does not add a task without words", async () => {
  const backend = new FakeBackend();
  const user = renderPage();
  await screen.findByText("All clear");
  await user.type(screen.getByLabelText("Title"), "   {Enter}");
  expect(screen.getByRole("button", { name: "Add" })).toBeDisabled();
  expect(backend.seen.filter(({ method }) => method === "POST")).toEqual([]);
});

test("adds a task on a page served over plain HTTP, where crypto is cut down", async () => {
  vi.stubGlobal("crypto", {});
  const backend = new FakeBackend();
  const user = renderPage();
  await user.type(await screen.findByLabelText("Title"), "Buy milk{Enter}");
  await waitFor(() => expect(backend.tasks).toMatchObject([{ title: "Buy milk" }]));
});

test("completes a task at once, then takes it off the open ones", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Write" })]);
  const user = renderPage();
  await screen.findByText("Call");
  const release = backend.hold();
  await user.click(checkbox("Call"));
  expect(checkbox("Call")).toBeChecked();
  release();
  await waitFor(() => expect(titles()).toEqual(["Write"]));
  expect(backend.tasks[0]?.completed).toBe(true);
});

test("reopens a done task", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call", completed: true })]);
  const user = renderPage();
  await user.click(await screen.findByRole("radio", { name: "Done" }));
  await user.click(await screen.findByRole("checkbox", { name: "Complete Call" }));
  expect(await screen.findByText("Nothing done yet")).toBeInTheDocument();
  expect(backend.tasks[0]?.completed).toBe(false);
});

test("keeps changes made quickly in their order", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await user.click(await screen.findByRole("radio", { name: "All" }));
  await screen.findByText("Call");
  const release = backend.hold();
  await user.click(checkbox("Call"));
  await user.click(checkbox("Call"));
  expect(checkbox("Call")).not.toBeChecked();
  release();
  await waitFor(() => expect(backend.tasks[0]?.version).toBe(3));
  expect(backend.tasks[0]?.completed).toBe(false);
});

test("renames a task by keyboard, guarded by the version that was read", async () => {
  const backend = new FakeBackend([makeTask({ title: "Cal", version: 7 })]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Rename Cal" }));
  const field = screen.getByRole("textbox", { name: "New title of Cal" });
  expect(field).toHaveFocus();
  await user.type(field, "l{Enter}");
  expect(titles()).toEqual(["Call"]);
  expect(screen.getByRole("button", { name: "Rename Call" })).toHaveFocus();
  await waitFor(() => expect(backend.tasks[0]?.title).toBe("Call"));
  expect(backend.seen.find(({ method }) => method === "PATCH")?.ifMatch).toBe('"7"');
});

test("leaves the title alone on Escape", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Rename Call" }));
  await user.type(screen.getByRole("textbox", { name: /New title/ }), "x{Escape}");
  expect(titles()).toEqual(["Call"]);
  expect(backend.seen.some(({ method }) => method === "PATCH")).toBe(false);
});

test("deletes a task, keeps the keyboard's place, and brings the task back on Undo", async () => {
  const done = makeTask({ title: "Call", completed: true, tags: ["family"], priority: "low" });
  const backend = new FakeBackend([done, makeTask({ title: "Write", completed: true })]);
  const user = renderPage();
  await user.click(await screen.findByRole("radio", { name: "Done" }));
  await user.click(await screen.findByRole("button", { name: "Delete Call" }));
  expect(titles()).toEqual(["Write"]);
  expect(checkbox("Write")).toHaveFocus();

  const notice = (await screen.findByText("Deleted “Call”")).closest("[aria-live]");
  expect(backend.tasks).toHaveLength(1);
  await user.click(within(notice as HTMLElement).getByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(backend.tasks).toContainEqual(
      expect.objectContaining({
        title: "Call",
        completed: true,
        tags: ["family"],
        priority: "low",
      }),
    ),
  );
});
