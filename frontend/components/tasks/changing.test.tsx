// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { checkbox, renderPage, titles } from "@/tests/render-page";

const titleField = () => screen.findByRole("textbox", { name: "Title" });

test("adds a task with its due date, priority and tags, at once and for good", async () => {
  const backend = new FakeBackend();
  const user = renderPage();
  await screen.findByText("All clear");
  const release = backend.hold();
  const form = within(screen.getByRole("form", { name: "Add a task" }));
  await user.click(await titleField());
  await user.type(screen.getByLabelText("Due date"), "2026-03-01");
  await user.type(screen.getByLabelText("Due time"), "17:30");
  await user.selectOptions(form.getByLabelText("Priority"), "high");
  await user.type(screen.getByRole("combobox", { name: "Tags" }), "shop,#home{Enter}");
  await user.type(await titleField(), "  Buy milk {Enter}");
  expect(titles()).toEqual(["Buy milk"]);
  expect(backend.tasks).toEqual([]);
  expect(await titleField()).toHaveValue("");

  release();
  expect(await screen.findByText("Added “Buy milk”")).toBeInTheDocument();
  expect(backend.tasks).toMatchObject([
    {
      title: "Buy milk",
      priority: "high",
      due_at: "2026-03-01T16:30:00.000Z",
      tags: ["shop", "home"],
    },
  ]);
  await waitFor(() =>
    expect(checkbox("Buy milk").closest("li")).toHaveAttribute("aria-busy", "false"),
  );
  expect(titles()).toEqual(["Buy milk"]);
});

test("a task added to a narrowed list belongs to it", async () => {
  const backend = new FakeBackend();
  const user = renderPage(undefined, "/?priority=high&tag=home");
  await user.type(await titleField(), "Sweep{Enter}");
  await waitFor(() => expect(titles()).toEqual(["Sweep"]));
  expect(await screen.findByText("Added “Sweep”")).toBeInTheDocument();
  expect(backend.tasks).toMatchObject([{ priority: "high", tags: ["home"] }]);
});

test("opens the task just added, to write down more", async () => {
  new FakeBackend();
  const user = renderPage();
  await user.type(await titleField(), "Buy milk{Enter}");
  await user.click(await screen.findByRole("button", { name: "Open" }));
  expect(await screen.findByRole("dialog", { name: "Edit task" })).toBeInTheDocument();
});

test("does not add a task without words", async () => {
  const backend = new FakeBackend();
  const user = renderPage();
  await screen.findByText("All clear");
  await user.type(await titleField(), "   {Enter}");
  expect(screen.getByRole("button", { name: "Add" })).toBeDisabled();
  expect(backend.seen.filter(({ method }) => method === "POST")).toEqual([]);
});

test("takes the last tag back", async () => {
  new FakeBackend();
  const user = renderPage();
  await user.click(await titleField());
  const tags = screen.getByRole("combobox", { name: "Tags" });
  await user.type(tags, "home{Enter}work{Enter}{Backspace}");
  expect(screen.getByRole("button", { name: "Remove tag home" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Remove tag work" })).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Remove tag home" }));
  expect(screen.queryByText("#home")).not.toBeInTheDocument();
});

test("adds a task on a page served over plain HTTP, where crypto is cut down", async () => {
  vi.stubGlobal("crypto", {});
  const backend = new FakeBackend();
  const user = renderPage();
  await user.type(await titleField(), "Buy milk{Enter}");
  await waitFor(() => expect(backend.tasks).toMatchObject([{ title: "Buy milk" }]));
});

test("completes a task at once, takes it off the open ones, and back on Undo", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Write" })]);
  const user = renderPage();
  await screen.findByText("Call");
  const release = backend.hold();
  await user.click(checkbox("Call"));
  expect(checkbox("Call")).toBeChecked();
  release();
  await waitFor(() => expect(titles()).toEqual(["Write"]));
  expect(backend.tasks[0]?.completed).toBe(true);
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(titles()).toEqual(["Call", "Write"]));
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

test("deletes a task, keeps the keyboard's place, and brings the task back on Undo", async () => {
  const done = makeTask({ title: "Call", completed: true, tags: ["family"], priority: "low" });
  const backend = new FakeBackend([done, makeTask({ title: "Write", completed: true })]);
  const user = renderPage(undefined, "/?status=done");
  await user.click(await screen.findByRole("button", { name: "Delete Call" }));
  expect(titles()).toEqual(["Write"]);
  expect(checkbox("Write")).toHaveFocus();

  await user.click(await screen.findByRole("button", { name: "Undo" }));
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

test("gives the keyboard a place when the last task leaves the list", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Delete Call" }));
  expect(await screen.findByText("All clear")).toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole("main")).toHaveFocus());
});
