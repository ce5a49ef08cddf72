// @vitest-environment jsdom
import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { FakeChat, makeConversation, makeMessage, makeTool } from "@/tests/fake-chat";
import { address, renderPage } from "@/tests/render-page";
import { ChatPage } from "./chat-page";

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
      unobserve() {}
    },
  );
});

const field = () => screen.findByRole("textbox", { name: "Message" });
const messages = () => within(screen.getByRole("region", { name: "Messages" }));
const said = () => messages().getByRole("list", { name: "" }).children.length;

function show(at = "/chat", chat = new FakeChat()) {
  new FakeBackend();
  return { chat, user: renderPage(<ChatPage />, at) };
}

const MILK = makeTask({ title: "Buy milk" });
const ADDED = makeTool({ result: { task: MILK } });

test("a question is answered word by word, with what was done", async () => {
  const { chat, user } = show();
  await user.type(await field(), "Add buy milk{Enter}");
  expect(await field()).toHaveValue("");
  expect(messages().getByText("Add buy milk")).toBeInTheDocument();
  const reply = await chat.reply(1);
  expect(reply.question).toEqual({
    message: "Add buy milk",
    conversation_id: null,
    time_zone: "Europe/Brussels",
  });
  expect(await screen.findByText("The assistant is thinking")).toBeInTheDocument();
  act(() => reply.say("I added "));
  expect(await screen.findByText(/I added/)).toBeInTheDocument();
  act(() => reply.use(makeTool({ status: "running" })));
  expect(await screen.findByText("Adding a task…")).toBeInTheDocument();
  act(() => {
    reply.use(ADDED);
    reply.say("it.");
    reply.finish();
  });
  expect(await screen.findByRole("link", { name: "Buy milk" })).toHaveAttribute(
    "href",
    `/?task=${MILK.id}`,
  );
  expect(screen.getByText(/I added it\./, { selector: "li p" })).toBeInTheDocument();
  expect(window.history.replaceState).toHaveBeenCalledWith(
    null,
    "",
    `/chat/${reply.conversation.id}`,
  );
});

test("a look at the conversation that began before the reply ended is not waited for", async () => {
  const { chat, user } = show();
  chat.silent = true;
  await user.type(await field(), "Add milk{Enter}");
  const reply = await chat.reply(1);
  await waitFor(() => expect(chat.looks).toBe(1));
  act(() => {
    reply.say("Added.");
    reply.finish();
  });
  await waitFor(() => expect(chat.looks).toBe(2));
  expect(await screen.findByText("Added.")).toBeInTheDocument();
  expect(screen.queryByText("The assistant is thinking")).not.toBeInTheDocument();
});

test("a screen reader hears that a reply comes, then the whole of it at once", async () => {
  const { chat, user } = show();
  await user.type(await field(), "Add buy milk{Enter}");
  const reply = await chat.reply(1);
  const status = () =>
    screen
      .getAllByRole("status")
      .map((element) => element.textContent)
      .join("");
  expect(status()).toBe("The assistant is replying");
  act(() => reply.say("I added it."));
  await screen.findByText("I added it.");
  expect(status()).toBe("The assistant is replying");
  act(() => {
    reply.use(ADDED);
    reply.finish();
  });
  await waitFor(() => expect(status()).toBe("Assistant: I added it. Added: Buy milk."));
});

test("Shift and Enter begin a new line, and nothing is sent while a reply comes", async () => {
  const { chat, user } = show();
  await user.type(await field(), "One{Shift>}{Enter}{/Shift}two{Enter}");
  expect((await chat.reply(1)).question.message).toBe("One\ntwo");
  await user.type(await field(), "Three{Enter}");
  expect(await field()).toHaveValue("Three");
  expect(chat.replies).toHaveLength(1);
});

test("says that a pasted message is too long, keeps all of it and sends nothing", async () => {
  const { chat, user } = show();
  await user.click(await field());
  // Two of JavaScript's characters each, and one of the backend's.
  await user.paste(`${"🚲".repeat(2000)}!`);
  expect(await field()).toHaveValue(`${"🚲".repeat(2000)}!`);
  expect(screen.getByText(/Too long by 1: at most 2,000/)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
  await user.keyboard("{Enter}");
  expect(chat.replies).toHaveLength(0);
  await user.keyboard("{Backspace}{Enter}");
  expect((await chat.reply(1)).question.message).toBe("🚲".repeat(2000));
});

test("shows what can be said where nothing was, and sends what is chosen", async () => {
  const { chat, user } = show();
  await user.click(await screen.findByRole("button", { name: "What is due this week?" }));
  expect((await chat.reply(1)).question.message).toBe("What is due this week?");
});

test("goes on in a conversation that is opened", async () => {
  const chat = new FakeChat();
  const messages = [makeMessage({ text: "Hello" }), makeMessage({ role: "assistant", text: "Hi" })];
  const conversation = makeConversation({ title: "Greetings", messages });
  chat.conversations = [conversation];
  const { user } = show(`/chat/${conversation.id}`, chat);
  expect(await screen.findByText("Hi")).toBeInTheDocument();
  expect(screen.getByRole("heading", { name: "Greetings", level: 1 })).toBeInTheDocument();
  await user.type(await field(), "Add milk{Enter}");
  const reply = await chat.reply(1);
  expect(reply.question.conversation_id).toBe(conversation.id);
  act(() => {
    reply.say("Added.");
    reply.finish();
  });
  await waitFor(() => expect(said()).toBe(4));
  expect(await findBarriers()).toEqual([]);
});

test("a stopped reply leaves what was heard, and the rest can be looked up", async () => {
  const { chat, user } = show();
  await user.type(await field(), "List all{Enter}");
  const reply = await chat.reply(1);
  act(() => reply.say("First"));
  await screen.findByText("First");
  await user.click(screen.getByRole("button", { name: "Stop" }));
  expect(await screen.findByText(/You stopped listening/)).toBeInTheDocument();
  reply.say(", second");
  reply.store();
  await user.click(screen.getByRole("button", { name: "Show the whole reply" }));
  expect(await screen.findByText("First, second")).toBeInTheDocument();
  expect(chat.replies).toHaveLength(1);
});

test("a backend that restarts in the middle: the message is kept, and its reply is looked up first", async () => {
  const { chat, user } = show();
  await user.type(await field(), "Add milk{Enter}");
  const reply = await chat.reply(1);
  act(() => reply.say("Add"));
  await screen.findByText("Add");
  act(() => reply.breakOff());
  expect(await screen.findByRole("alert")).toHaveTextContent("Connection lost.");
  expect(messages().getByText("Add milk")).toBeInTheDocument();
  chat.away = true;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("alert")).toBeInTheDocument();
  chat.away = false;
  reply.say("ed.");
  reply.store();
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Added.")).toBeInTheDocument();
  expect(chat.replies).toHaveLength(1);
});

test("a question that never arrived is asked again", async () => {
  const { chat, user } = show();
  await user.type(await field(), "Add milk{Enter}");
  const first = await chat.reply(1);
  await screen.findByRole("heading", { name: "Add milk", level: 1 });
  act(() => first.breakOff());
  Object.assign(first.conversation, { messages: [], replying: false });
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  const second = await chat.reply(2);
  expect(second.question).toMatchObject({
    message: "Add milk",
    conversation_id: first.conversation.id,
  });
  act(() => {
    second.say("Added.");
    second.finish();
  });
  await screen.findByText("Added.");
  expect(said()).toBe(2);
});

test("a reply that was lost with its process can be asked for again", async () => {
  const chat = new FakeChat();
  const conversation = makeConversation({ messages: [makeMessage({ text: "Add milk" })] });
  chat.conversations = [conversation];
  const { user } = show(`/chat/${conversation.id}`, chat);
  await user.click(await screen.findByRole("button", { name: "Ask again" }));
  expect((await chat.reply(1)).question.message).toBe("Add milk");
});

test("waits for a reply that is being given elsewhere", async () => {
  const chat = new FakeChat();
  const question = makeMessage({ text: "Add milk" });
  const conversation = makeConversation({ messages: [question], replying: true });
  chat.conversations = [conversation];
  show(`/chat/${conversation.id}`, chat);
  expect(await screen.findByText("The assistant is thinking")).toBeInTheDocument();
  conversation.messages.push(makeMessage({ role: "assistant", text: "Added." }));
  conversation.replying = false;
  expect(await screen.findByText("Added.")).toBeInTheDocument();
});

test("says why a question was refused, and sends it again", async () => {
  const { chat, user } = show();
  await field();
  chat.refuseWith = 429;
  await user.type(await field(), "Add milk{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("No reply. Come back at noon.");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect((await chat.reply(1)).question.message).toBe("Add milk");
});

test("says what ended a reply early", async () => {
  const { chat, user } = show();
  await user.type(await field(), "Add milk{Enter}");
  const reply = await chat.reply(1);
  act(() => reply.fail("The model is overloaded."));
  expect(await screen.findByRole("alert")).toHaveTextContent("The model is overloaded.");
});

test("renames and deletes the conversation that is open", async () => {
  const chat = new FakeChat();
  const conversation = makeConversation({ title: "Milk", messages: [makeMessage()] });
  chat.conversations = [conversation];
  const { user } = show(`/chat/${conversation.id}`, chat);
  await user.click(await screen.findByRole("button", { name: "Rename this conversation" }));
  const title = screen.getByRole("textbox", { name: "Title of the conversation" });
  await user.clear(title);
  await user.type(title, "Groceries{Enter}");
  expect(await screen.findByRole("heading", { name: "Groceries", level: 1 })).toBeInTheDocument();
  expect(await screen.findByRole("link", { name: "Groceries" })).toHaveAttribute(
    "aria-current",
    "page",
  );
  await user.click(screen.getByRole("button", { name: "Delete this conversation" }));
  expect(chat.conversations).toHaveLength(1);
  expect(await findBarriers()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(chat.conversations).toEqual([]));
  await waitFor(() => expect(address.pushed).toEqual(["/chat"]));
});

test("shows earlier messages of a long conversation on request, and goes on after them", async () => {
  const chat = new FakeChat();
  const messages = [..."abcdefgh"].map((text) => makeMessage({ role: "assistant", text }));
  const conversation = makeConversation({ messages });
  chat.conversations = [conversation];
  const { user } = show(`/chat/${conversation.id}`, chat);
  await waitFor(() => expect(said()).toBe(6));
  await user.click(screen.getByRole("button", { name: "Show earlier messages" }));
  await waitFor(() => expect(said()).toBe(8));
  await user.type(await field(), "Add milk{Enter}");
  const reply = await chat.reply(1);
  act(() => {
    reply.say("Added.");
    reply.finish();
  });
  await waitFor(() => expect(said()).toBe(10));
  expect(messages.every(({ text }) => screen.queryByText(text))).toBe(true);
});

test("finds nothing in the way before anything was said", async () => {
  show();
  await field();
  expect(await findBarriers()).toEqual([]);
});
