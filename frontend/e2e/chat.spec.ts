import type { Page } from "@playwright/test";
import { expect, row, test } from "./fixtures";

const say = async (page: Page, text: string) => {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
};

const messages = (page: Page) => page.getByRole("region", { name: "Messages" });

test("what is said becomes a task, in another window too, and leads to it", async ({
  page,
  another,
}) => {
  const second = await another();
  await second.goto("/");
  await expect(second.getByText("All clear")).toBeVisible();
  await page.goto("/chat");
  await say(page, "Add buy milk, due tomorrow");
  const card = messages(page).getByRole("region", { name: "Added" });
  await expect(card.getByRole("link", { name: "buy milk" })).toBeVisible();
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(row(second, "buy milk")).toBeVisible();
  await card.getByRole("link", { name: "buy milk" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit task" });
  await expect(dialog.getByLabel("Title")).toHaveValue("buy milk");
});

test("a conversation goes on after a reload, and the assistant asks before it deletes", async ({
  page,
  person,
}) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/chat");
  await say(page, "Delete call Ann");
  await expect(messages(page).getByRole("listitem").last()).toContainText("Delete “Call Ann”?");
  expect(await person.tasks()).toHaveLength(1);
  await page.reload();
  await expect(messages(page).getByText("Delete call Ann")).toBeVisible();
  await say(page, "yes");
  await expect(messages(page).getByRole("region", { name: "Deleted" })).toContainText("Call Ann");
  expect(await person.tasks()).toEqual([]);
});

test("a question is answered by its button, by keyboard alone, and only while it is open", async ({
  page,
  person,
}) => {
  await person.add({ title: "Call Ann", priority: "normal", tags: [] });
  await page.goto("/chat");
  await say(page, "Delete call Ann");
  const answers = messages(page).getByRole("group", { name: "Answers" });
  await expect(answers.getByRole("button")).toHaveText(["Yes, delete it", "No"]);
  await page.reload();
  await answers.getByRole("button", { name: "No" }).focus();
  await page.keyboard.press("Enter");
  await expect(messages(page).getByRole("listitem").last()).toContainText("nothing was changed");
  await expect(answers).toHaveCount(0);
  await expect(messages(page)).toBeFocused();
  expect(await person.tasks()).toHaveLength(1);
  await say(page, "Delete call Ann");
  await answers.getByRole("button", { name: "Yes, delete it" }).click();
  await expect(messages(page).getByRole("region", { name: "Deleted" })).toContainText("Call Ann");
  await expect(answers).toHaveCount(0);
  expect(await person.tasks()).toEqual([]);
});

test("conversations are listed, renamed, left, found again and deleted", async ({ page }) => {
  await page.goto("/chat");
  await page.getByRole("button", { name: "What is due this week?" }).click();
  const list = page.getByRole("navigation", { name: "Conversations" });
  await expect(list.getByRole("link", { name: "What is due this week?" })).toBeVisible();
  await page.getByRole("button", { name: "Rename this conversation" }).click();
  await page.getByRole("textbox", { name: "Title of the conversation" }).fill("The week");
  await page.keyboard.press("Enter");
  await list.getByRole("link", { name: "New conversation" }).click();
  await expect(page.getByRole("heading", { name: "What is to be done?" })).toBeVisible();
  await list.getByRole("link", { name: "The week" }).click();
  await expect(page.getByRole("heading", { name: "The week", level: 1 })).toBeVisible();
  await expect(messages(page).getByText("What is due this week?")).toBeVisible();
  await page.getByRole("button", { name: "Delete this conversation" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("heading", { name: "What is to be done?" })).toBeVisible();
  await expect(list.getByRole("link", { name: "The week" })).toBeHidden();
});

test("a backend that goes away in the middle of a reply: nothing is lost, nothing is done twice", async ({
  page,
  person,
  outage,
}) => {
  test.skip(!outage.hang, "only a backend of this machine can be made to hang");
  await page.goto("/chat");
  await say(page, "Add buy milk");
  await expect(messages(page).getByRole("link", { name: "buy milk" })).toBeVisible();
  // The task is there before the reply has ended: what is hung now shall meet the next one.
  await expect(messages(page).getByRole("status")).toContainText("Added: buy milk");
  await outage.hang?.();
  await say(page, "Add water the plants");
  await expect(page.getByText("The assistant is thinking")).toBeAttached();
  await outage.down();
  const trouble = messages(page).getByRole("alert");
  await expect(trouble).toBeVisible();
  await expect(messages(page).getByText("Add water the plants")).toBeVisible();
  await outage.up();
  await trouble.getByRole("button", { name: "Try again" }).click();
  await expect(messages(page).getByRole("link", { name: "water the plants" })).toBeVisible();
  expect((await person.tasks()).map(({ title }) => title)).toEqual([
    "buy milk",
    "water the plants",
  ]);
});

test("a long conversation follows the newest words until the reader goes back", async ({
  page,
  person,
}) => {
  for (const number of Array(12).keys()) {
    await person.add({ title: `Task ${number}`, priority: "normal", tags: [] });
  }
  await page.goto("/chat");
  await say(page, "List my tasks");
  await expect(messages(page).getByRole("link", { name: "Task 3" })).toBeVisible();
  await expect(messages(page).getByText("and 2 more")).toBeInViewport();
  await messages(page).evaluate((element) => element.scrollTo(0, 0));
  const newest = page.getByRole("button", { name: "Go to the newest message" });
  await expect(newest).toBeVisible();
  await say(page, "What is overdue?");
  await expect(messages(page).getByText("What is overdue?")).toBeInViewport();
});
