// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { address, renderPage, titles } from "@/tests/render-page";

const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const laterToday = () => {
  const end = new Date();
  end.setHours(23, 59, 59, 0);
  return end.toISOString();
};

test("shows done tasks when asked, and says so in the address", async () => {
  new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Old", completed: true })]);
  const user = renderPage();
  await user.click(await screen.findByRole("radio", { name: "Done" }));
  await waitFor(() => expect(titles()).toEqual(["Old"]));
  expect(address.search).toBe("?status=done");
});

test("finds tasks by words, and says when none match", async () => {
  new FakeBackend([makeTask({ title: "Call grandma" }), makeTask({ title: "Water plants" })]);
  const user = renderPage();
  const search = await screen.findByRole("searchbox", { name: "Search tasks" });
  await user.type(search, "plants");
  await waitFor(() => expect(titles()).toEqual(["Water plants"]));
  expect(address.search).toBe("?q=plants");
  await user.clear(search);
  await user.type(search, "zebra");
  expect(await screen.findByText("None of the open tasks matches “zebra”.")).toBeInTheDocument();
});

test("asks the backend once a search stands still, not for every letter", async () => {
  const backend = new FakeBackend([makeTask({ title: "Water plants" })]);
  const user = renderPage();
  await user.type(await screen.findByRole("searchbox"), "plants");
  const asked = () => backend.seen.map(({ search }) => search.get("q")).filter(Boolean);
  await waitFor(() => expect(asked().at(-1)).toBe("plants"));
  expect(asked().length).toBeLessThan("plants".length);
});

test("shows what the address asks for when it is opened", async () => {
  const backend = new FakeBackend([
    makeTask({ title: "Call", tags: ["family"], priority: "high", due_at: yesterday }),
    makeTask({ title: "Write", tags: ["family"], priority: "low", due_at: yesterday }),
    makeTask({ title: "Read", tags: ["family"], priority: "high" }),
  ]);
  renderPage(undefined, "/?due=overdue&priority=high&tag=family&sort=-priority&q=c");
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  expect(screen.getByRole("searchbox")).toHaveValue("c");
  expect(screen.getByRole("combobox", { name: "Due" })).toHaveDisplayValue("Overdue");
  expect(screen.getByRole("combobox", { name: "Priority" })).toHaveDisplayValue("High priority");
  expect(screen.getByRole("combobox", { name: "Tag" })).toHaveDisplayValue("#family");
  expect(screen.getByRole("combobox", { name: "Order" })).toHaveDisplayValue("By priority");
  expect(backend.seen.at(-1)?.search.get("sort")).toBe("-priority");
});

test("an address nobody could have chosen narrows nothing", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  renderPage(undefined, "/?status=lost&due=never&sort=colour");
  await waitFor(() => expect(titles()).toEqual(["Call"]));
});

test("narrows by due date", async () => {
  new FakeBackend([
    makeTask({ title: "Late", due_at: yesterday }),
    makeTask({ title: "Now", due_at: laterToday() }),
    makeTask({ title: "Whenever" }),
  ]);
  const user = renderPage();
  const due = await screen.findByRole("combobox", { name: "Due" });
  await user.selectOptions(due, "Overdue");
  await waitFor(() => expect(titles()).toEqual(["Late"]));
  await user.selectOptions(due, "Today");
  await waitFor(() => expect(titles()).toEqual(["Now"]));
  expect(address.search).toBe("?due=today");
});

test("narrows to a tag that is clicked, and shows all again", async () => {
  new FakeBackend([makeTask({ title: "Call", tags: ["family"] }), makeTask({ title: "Write" })]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Show tasks tagged family" }));
  await waitFor(() => expect(titles()).toEqual(["Call"]));
  expect(address.search).toBe("?tag=family");
  await user.click(screen.getByRole("button", { name: "Clear" }));
  await waitFor(() => expect(titles()).toHaveLength(2));
  expect(address.search).toBe("");
});

test("says that nothing is like this, and shows the way back", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage(undefined, "/?due=overdue");
  expect(await screen.findByText("Nothing overdue")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show all open tasks" }));
  await waitFor(() => expect(titles()).toEqual(["Call"]));
});

test("orders as asked", async () => {
  new FakeBackend([
    makeTask({ title: "Call", created_at: "2026-01-01T00:00:00Z" }),
    makeTask({ title: "Write", created_at: "2026-02-01T00:00:00Z", due_at: yesterday }),
    makeTask({ title: "Read", created_at: "2026-03-01T00:00:00Z" }),
  ]);
  const user = renderPage();
  await waitFor(() => expect(titles()).toEqual(["Write", "Read", "Call"]));
  await user.selectOptions(screen.getByRole("combobox", { name: "Order" }), "Newest first");
  await waitFor(() => expect(titles()).toEqual(["Read", "Write", "Call"]));
  expect(screen.queryByRole("heading", { name: "Overdue" })).not.toBeInTheDocument();
});
