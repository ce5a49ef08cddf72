// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend } from "@/tests/fake-backend";
import { makeNotice } from "@/tests/fake-notices";
import { FakeStream } from "@/tests/fake-stream";
import { address, renderPage } from "@/tests/render-page";
import { NoticesPage } from "./notices-page";

beforeEach(() => {
  localStorage.clear();
  FakeStream.install();
});

function show(...notices: Parameters<typeof makeNotice>[0][]) {
  const { notices: fake } = new FakeBackend();
  fake.items = notices.map(makeNotice);
  return { fake, user: renderPage(<NoticesPage />, "/notices") };
}

const bell = () => screen.getByRole("link", { name: /^Notices/ });

test("lists notices by day, says which are unread, and leads to their tasks", async () => {
  const now = new Date().toISOString();
  const { fake } = show(
    { title: "Call", created_at: now },
    { title: "Write", read_at: now, created_at: "2020-02-01T08:00:00Z" },
  );
  expect(await screen.findByRole("list", { name: "Today" })).toHaveTextContent(/Unread: .*Call/);
  expect(screen.getByRole("list", { name: /1 February 2020/ })).not.toHaveTextContent("Unread");
  expect(screen.getByRole("link", { name: "Call" })).toHaveAttribute(
    "href",
    `/?task=${fake.items[0]?.task_id}`,
  );
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices 1 unread"));
  expect(await findBarriers()).toEqual([]);
});

test("says what notices are when there are none", async () => {
  show();
  expect(await screen.findByText("No notices yet")).toBeInTheDocument();
  expect(bell()).toHaveAccessibleName("Notices");
  expect(screen.queryByRole("button", { name: "Mark all as read" })).not.toBeInTheDocument();
});

test("marks one as read and as unread again", async () => {
  const { fake, user } = show({ title: "Call" });
  await user.click(await screen.findByRole("button", { name: "Mark “Call” as read" }));
  await waitFor(() => expect(fake.items[0]?.read_at).not.toBeNull());
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices"));
  await user.click(await screen.findByRole("button", { name: "Mark “Call” as unread" }));
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices 1 unread"));
});

test("marks all as read", async () => {
  const { fake, user } = show({ title: "Call" }, { title: "Write" });
  await user.click(await screen.findByRole("button", { name: "Mark all as read" }));
  await waitFor(() => expect(fake.items.every(({ read_at }) => read_at !== null)).toBe(true));
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices"));
});

test("following a notice to its task reads it", async () => {
  const { fake, user } = show({ title: "Call" });
  await user.click(await screen.findByRole("link", { name: "Call" }));
  await waitFor(() => expect(fake.items[0]?.read_at).not.toBeNull());
});

test("takes a mark back that failed, and says so", async () => {
  const { fake, user } = show({ title: "Call" });
  fake.broken = true;
  await user.click(await screen.findByRole("button", { name: "Mark “Call” as read" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Could not mark it");
  expect(screen.getByRole("button", { name: "Mark “Call” as read" })).toBeInTheDocument();
});

test("tells of a notice that arrives, once, with the way to its task", async () => {
  const old = makeNotice({ title: "Old" });
  const { fake, user } = show(old);
  await screen.findByText("Old");
  const fresh = makeNotice({ title: "Call", created_at: "2026-02-01T10:00:00Z" });
  fake.items = [fresh, ...fake.items];
  (await FakeStream.number(1)).tell("7");
  expect(await screen.findByText("Reminder: Call")).toBeInTheDocument();
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices 2 unread"));
  expect(screen.queryByText("Reminder: Old")).not.toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Open" }));
  expect(address.pushed).toEqual([`/?task=${fresh.task_id}`]);
  (await FakeStream.number(1)).tell("8");
  await waitFor(() => expect(screen.queryByText("Reminder: Call")).not.toBeInTheDocument());
});

test("does not tell again of an older notice that is marked as unread", async () => {
  const { fake, user } = show({ title: "Call" });
  await user.click(await screen.findByRole("button", { name: "Mark “Call” as read" }));
  await user.click(await screen.findByRole("button", { name: "Mark “Call” as unread" }));
  await waitFor(() => expect(fake.items[0]?.read_at).toBeNull());
  await waitFor(() => expect(bell()).toHaveAccessibleName("Notices 1 unread"));
  expect(screen.queryByText("Reminder: Call")).not.toBeInTheDocument();
});

class FakeNotification extends EventTarget {
  static permission = "default";
  static answer = "granted";
  static readonly requestPermission = vi.fn(async () => {
    FakeNotification.permission = FakeNotification.answer;
    return FakeNotification.answer;
  });
  static shown: string[] = [];
  constructor(title: string, { body }: { body: string }) {
    super();
    FakeNotification.shown.push(`${title}: ${body}`);
  }
}

test("asks the browser for notifications only when a person wants them, and then shows them", async () => {
  vi.stubGlobal("Notification", FakeNotification);
  const { fake, user } = show();
  await screen.findByText("No notices yet");
  expect(FakeNotification.requestPermission).not.toHaveBeenCalled();
  await user.click(screen.getByRole("checkbox", { name: /Show on this device/ }));
  await waitFor(() => expect(screen.getByRole("checkbox", { name: /device/ })).toBeChecked());
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  fake.items = [makeNotice({ title: "Call", created_at: new Date().toISOString() })];
  (await FakeStream.number(1)).tell("7");
  await waitFor(() => expect(FakeNotification.shown).toEqual(["Reminder: Call"]));
  expect(screen.queryByText("Reminder: Call")).not.toBeInTheDocument();
});

test("says so when the browser does not allow notifications", async () => {
  vi.stubGlobal("Notification", FakeNotification);
  FakeNotification.permission = "default";
  FakeNotification.answer = "denied";
  const { user } = show();
  await user.click(await screen.findByRole("checkbox", { name: /Show on this device/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent("does not allow it");
  expect(screen.getByRole("checkbox", { name: /device/ })).not.toBeChecked();
});
