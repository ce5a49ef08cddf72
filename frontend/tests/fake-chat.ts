import { randomUUID } from "node:crypto";
import { waitFor } from "@testing-library/react";
import { delay, HttpResponse } from "msw";
import { createOpenApiHttp } from "openapi-msw";
import type { ConversationDetail, Message, ToolUse } from "@/lib/api/client";
import type { components, paths } from "@/lib/api/schema";
import { server } from "./server";

const http = createOpenApiHttp<paths>({ baseUrl: "http://localhost:3000" });
const ONE = "/api/{user_id}/conversations/{conversation_id}";

const PAGE_SIZE = 6;

type Question = components["schemas"]["ChatRequest"];

/** Answer for conversations as the backend does; the test says what each reply is. */
export class FakeChat {
  conversations: ConversationDetail[] = [];
  readonly replies: FakeReply[] = [];
  /** Refuses the next question with this status. */
  refuseWith: number | null = null;
  /** True when conversations cannot be read. */
  away = false;
  /** True when the next look at a conversation gets no answer. */
  silent = false;
  /** The number of looks at conversations so far. */
  looks = 0;

  constructor() {
    server.use(
      http.get("/api/{user_id}/conversations", ({ response }) => {
        const items = this.conversations.map(({ id, title, created_at, updated_at }) => ({
          id,
          title,
          created_at,
          updated_at,
        }));
        return response(200).json({ items, next_cursor: null });
      }),
      http.get(ONE, async ({ params, query, response }) => {
        this.looks += 1;
        if (this.silent) {
          this.silent = false;
          await delay("infinite");
        }
        const found = this.find(params.conversation_id);
        if (this.away || !found) {
          return response.untyped(new Response(null, { status: this.away ? 503 : 404 }));
        }
        const end = Number(query.get("cursor") ?? found.messages.length);
        const start = Math.max(0, end - PAGE_SIZE);
        const messages = found.messages.slice(start, end);
        return response(200).json({
          ...found,
          messages,
          next_cursor: start > 0 ? String(start) : null,
        });
      }),
      http.patch(ONE, async ({ params, request, response }) => {
        const { title } = await request.json();
        const found = this.find(params.conversation_id);
        if (!found) return response.untyped(new Response(null, { status: 404 }));
        found.title = title;
        return response(200).json(found);
      }),
      http.delete(ONE, ({ params, response }) => {
        this.conversations = this.conversations.filter(({ id }) => id !== params.conversation_id);
        return response(204).empty();
      }),
      http.post("/api/{user_id}/chat", async ({ request, response }) => {
        const question = await request.json();
        const status = this.refuseWith;
        if (status !== null) {
          this.refuseWith = null;
          const problem = { type: "x", title: "Not now", status, detail: "Come back at noon." };
          return response.untyped(HttpResponse.json(problem, { status }));
        }
        const reply = new FakeReply(this, question);
        this.replies.push(reply);
        return response.untyped(reply.response);
      }),
    );
  }

  find(id: string | null | undefined): ConversationDetail | undefined {
    return this.conversations.find((each) => each.id === id);
  }

  /** Wait for the reply to a question to be asked for. */
  reply(number: number): Promise<FakeReply> {
    return waitFor(() => {
      const reply = this.replies[number - 1];
      if (!reply) throw new Error(`${this.replies.length} questions were asked`);
      return reply;
    });
  }
}

/** One reply, as it is streamed and as it is stored. */
export class FakeReply {
  readonly conversation: ConversationDetail;
  readonly response: Response;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #text = "";
  #tools: ToolUse[] = [];
  #choices: string[] = [];

  constructor(
    chat: FakeChat,
    readonly question: Question,
  ) {
    const known = chat.find(question.conversation_id);
    this.conversation = known ?? makeConversation({ title: question.message });
    if (!known) chat.conversations.unshift(this.conversation);
    this.conversation.messages.push(makeMessage({ role: "user", text: question.message }));
    this.conversation.replying = true;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
      },
      cancel: () => {
        this.#stream = undefined;
      },
    });
    this.response = new HttpResponse(body, { headers: { "Content-Type": "text/event-stream" } });
    const { id, title } = this.conversation;
    this.#tell("conversation", { id, title });
  }

  say(delta: string): void {
    this.#text += delta;
    this.#tell("text", { delta });
  }

  /** Ask something that can be answered by a press. */
  ask(question: string, choices: string[]): void {
    this.say(question);
    this.#choices = choices;
  }

  use(tool: ToolUse): void {
    this.#tools = [...this.#tools.filter(({ id }) => id !== tool.id), tool];
    this.#tell("tool", tool);
  }

  /** Store the reply, as happens whether or not anybody listens. */
  store(): void {
    const text = this.#text;
    const [tools, choices] = [[...this.#tools], [...this.#choices]];
    this.conversation.messages.push(makeMessage({ role: "assistant", text, tools, choices }));
    this.conversation.replying = false;
  }

  finish(): void {
    this.store();
    this.#tell("done", { message_id: randomUUID(), conversation_id: this.conversation.id });
    this.#end();
  }

  fail(detail: string): void {
    this.#tell("error", { type: "x", title: "The assistant is away", status: 503, detail });
    this.#end();
  }

  /** End in the middle, as when the backend restarts. */
  breakOff(): void {
    this.#stream?.error(new TypeError("network error"));
    this.#stream = undefined;
  }

  #end(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  #tell(event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#stream?.enqueue(new TextEncoder().encode(text));
  }
}

export function makeConversation(given: Partial<ConversationDetail> = {}): ConversationDetail {
  const at = "2026-02-01T08:00:00Z";
  return {
    id: randomUUID(),
    title: "A conversation",
    created_at: at,
    updated_at: at,
    messages: [],
    replying: false,
    next_cursor: null,
    ...given,
  };
}

export function makeMessage(given: Partial<Message> = {}): Message {
  return {
    id: randomUUID(),
    role: "user",
    text: "A message",
    tools: [],
    problem: null,
    choices: [],
    created_at: new Date().toISOString(),
    ...given,
  };
}

export function makeTool(given: Partial<ToolUse> = {}): ToolUse {
  return { id: "1", name: "add_task", arguments: {}, status: "done", result: null, ...given };
}
