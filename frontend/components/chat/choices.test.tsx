// @vitest-environment jsdom
import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { findBarriers } from "@/tests/axe";
import { FakeBackend } from "@/tests/fake-backend";
import { FakeChat, makeConversation, makeMessage } from "@/tests/fake-chat";
import { renderPage } from "@/tests/render-page";
import { ChatPage } from "./chat-page";

const CHOICES = ["Yes, delete them", "No"];

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

/** Show a conversation whose last message asks something. */
function show(given: { replying?: boolean } = {}) {
  new FakeBackend();
  const chat = new FakeChat();
  const conversation = makeConversation({
    messages: [
      makeMessage({ text: "Delete all" }),
      makeMessage({ role: "assistant", text: "Delete “A” and “B”?", choices: CHOICES }),
    ],
    ...given,
  });
  chat.conversations = [conversation];
  const user = renderPage(<ChatPage />, `/chat/${conversation.id}`);
  return { chat, conversation, user };
}

const group = () => screen.findByRole("group", { name: "Answers" });
const pressable = () =>
  screen
    .queryAllByRole("group", { name: "Answers" })
    .flatMap((answers) => within(answers).getAllByRole("button"))
    .map((button) => button.textContent);

test("a press sends the words, the buttons go, and the keyboard stays with the messages", async () => {
  const { chat, conversation, user } = show();
  within(await group())
    .getByRole("button", { name: "Yes, delete them" })
    .focus();
  await user.keyboard("{Enter}");
  const reply = await chat.reply(1);
  expect(reply.question).toMatchObject({
    message: "Yes, delete them",
    conversation_id: conversation.id,
  });
  expect(pressable()).toEqual([]);
  expect(screen.getByRole("region", { name: "Messages" })).toHaveFocus();
  act(() => {
    reply.say("Deleted.");
    reply.finish();
  });
  expect(await screen.findByText("Deleted.")).toBeInTheDocument();
  expect(pressable()).toEqual([]);
});

test("words do as well, and a question that was answered shows no buttons", async () => {
  const { chat, user } = show();
  await group();
  await user.type(screen.getByRole("textbox", { name: "Message" }), "nope{Enter}");
  const reply = await chat.reply(1);
  expect(pressable()).toEqual([]);
  act(() => {
    reply.say("Nothing was changed.");
    reply.finish();
  });
  await screen.findByText("Nothing was changed.");
  expect(pressable()).toEqual([]);
});

test("a question that is asked now gets its buttons, which are read out with it", async () => {
  const { chat, user } = show();
  await group();
  await user.type(screen.getByRole("textbox", { name: "Message" }), "finish call{Enter}");
  const reply = await chat.reply(1);
  act(() => {
    reply.ask("Which one?", ["Call Ann", "Call Bob"]);
    reply.finish();
  });
  await waitFor(() => expect(pressable()).toEqual(["Call Ann", "Call Bob"]));
  const spoken = screen.getAllByRole("status").map(({ textContent }) => textContent);
  expect(spoken.join("")).toBe("Assistant: Which one? Answers to choose from: Call Ann; Call Bob.");
  expect(await findBarriers()).toEqual([]);
});

test("nothing can be pressed while the answer is being given elsewhere", async () => {
  show({ replying: true });
  expect(await screen.findByText("The assistant is thinking")).toBeInTheDocument();
  expect(pressable()).toEqual([]);
});
