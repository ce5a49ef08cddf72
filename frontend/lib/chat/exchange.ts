import type { Message, ToolUse } from "@/lib/api/client";
import type { ChatEvent } from "@/lib/api/events";
import { ApiProblem } from "@/lib/api/problem";

/** A question of the person and the reply to it, while that is being given. */
export interface Exchange {
  question: string;
  conversationId: string | null;
  /** The last message of the conversation before; null for none. */
  after: string | null;
  text: string;
  tools: readonly ToolUse[];
  state:
    | { kind: "replying" }
    | { kind: "done" }
    /** The person did not want to hear more. */
    | { kind: "stopped" }
    /** Nobody knows what became of it: the conversation has to be read again. */
    | { kind: "lost"; error: Error }
    /** The backend said no; nothing came of it that it did not tell. */
    | { kind: "refused"; error: Error };
}

/** Begin an exchange. */
export function ask(
  question: string,
  conversationId: string | null,
  after: string | null,
): Exchange {
  return { question, conversationId, after, text: "", tools: [], state: { kind: "replying" } };
}

/** Take in one more event of the reply. */
export function hear(exchange: Exchange, event: ChatEvent): Exchange {
  switch (event.kind) {
    case "conversation":
      return { ...exchange, conversationId: event.id };
    case "text":
      return { ...exchange, text: exchange.text + event.delta };
    case "tool":
      return { ...exchange, tools: withTool(exchange.tools, event.tool) };
    case "done":
      return { ...exchange, state: { kind: "done" } };
  }
}

/** End an exchange because the person wants to hear no more of it. */
export function stop(exchange: Exchange): Exchange {
  return { ...exchange, state: { kind: "stopped" } };
}

/** End an exchange that failed. */
export function breakOff(exchange: Exchange, error: unknown): Exchange {
  const problem = error instanceof Error ? error : new Error(String(error));
  const refused = problem instanceof ApiProblem && problem.status !== 0;
  return { ...exchange, state: { kind: refused ? "refused" : "lost", error: problem } };
}

/** The fate of a question, as the conversation says when it is read again. */
export type Fate =
  /** Stored with its reply. */
  | "answered"
  /** Stored; the reply is on its way, or was lost with the process that gave it. */
  | "waiting"
  /** Never arrived. */
  | "missing";

/** Find out what became of an exchange. */
export function fateOf({ question, after }: Exchange, messages: readonly Message[]): Fate {
  const since = messages.slice(messages.findIndex(({ id }) => id === after) + 1);
  const asked = since.findIndex(({ role, text }) => role === "user" && text === question.trim());
  if (asked < 0) return "missing";
  return since.slice(asked).some(({ role }) => role === "assistant") ? "answered" : "waiting";
}

/** The messages to show: those stored before the exchange, then the exchange. */
export function withExchange(stored: readonly Message[], exchange: Exchange | null): Message[] {
  if (exchange === null) return [...stored];
  const { question, after, text, tools } = exchange;
  const before = stored.findIndex(({ id }) => id === after) + 1;
  const at = new Date().toISOString();
  const message = { tools: [], problem: null, created_at: at };
  const mine: Message = { ...message, id: "question", role: "user", text: question };
  const reply: Message = { ...message, id: "reply", role: "assistant", text, tools: [...tools] };
  const said = text !== "" || tools.length > 0;
  return [...stored.slice(0, before), mine, ...(said ? [reply] : [])];
}

function withTool(tools: readonly ToolUse[], tool: ToolUse): ToolUse[] {
  const known = tools.some(({ id }) => id === tool.id);
  return known ? tools.map((each) => (each.id === tool.id ? tool : each)) : [...tools, tool];
}
