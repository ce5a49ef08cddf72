import { expect, test } from "vitest";
import { ApiProblem, unreachable } from "@/lib/api/problem";
import { makeMessage, makeTool } from "@/tests/fake-chat";
import { ask, breakOff, fateOf, hear, withExchange } from "./exchange";

const before = makeMessage({ text: "Hello" });
const begun = ask("Add milk", "c", before.id);
const question = makeMessage({ text: "Add milk" });
const reply = makeMessage({ role: "assistant", text: "Added." });

test("gathers what is heard", () => {
  const running = makeTool({ status: "running" });
  const done = makeTool({ status: "done", result: {} });
  const heard = [
    { kind: "conversation", id: "new", title: "Milk" },
    { kind: "text", delta: "Add" },
    { kind: "tool", tool: running },
    { kind: "text", delta: "ed." },
    { kind: "tool", tool: done },
    { kind: "done" },
  ] as const;
  expect(heard.reduce(hear, ask("Add milk", null, null))).toMatchObject({
    conversationId: "new",
    text: "Added.",
    tools: [done],
    state: { kind: "done" },
  });
});

test("tells a lost connection from a no", () => {
  expect(breakOff(begun, unreachable(null)).state.kind).toBe("lost");
  expect(breakOff(begun, new ApiProblem(429, "Slow", "Wait.")).state.kind).toBe("refused");
});

test.each([
  ["answered", [before, question, reply]],
  ["waiting", [before, question]],
  ["missing", [before]],
  // The same words, said before the exchange, are not this question.
  ["missing", [question, before]],
  // Of a long conversation only the last messages are read.
  ["answered", [question, reply]],
] as const)("finds out that a question is %s", (fate, messages) => {
  expect(fateOf(begun, messages)).toBe(fate);
});

test("shows the exchange after what was said before, never twice", () => {
  const heard = hear(begun, { kind: "text", delta: "Added." });
  const shown = withExchange([before, question, reply], heard).map(({ text }) => text);
  expect(shown).toEqual(["Hello", "Add milk", "Added."]);
  expect(withExchange([before], begun)).toHaveLength(2);
  expect(withExchange([before, question, reply], null)).toHaveLength(3);
});
