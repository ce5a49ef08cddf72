import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { ToolUse } from "./client";
import { ApiProblem, unreachable } from "./problem";
import type { components } from "./schema";

type Schemas = components["schemas"];

/** One thing that is told of a reply while it is given. */
export type ChatEvent =
  | ({ kind: "conversation" } & Schemas["ConversationStarted"])
  | ({ kind: "text" } & Schemas["TextDelta"])
  | { kind: "tool"; tool: ToolUse }
  | { kind: "done" };

/**
 * Read the events of a reply as they come, until its end or until the signal says otherwise.
 *
 * @throws ApiProblem with what the backend says ended the reply, or, with status 0, when it ends
 * without an end.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void waiting.push(message) });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  // Whoever stops listening tells the server so.
  const leave = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", leave);
  try {
    while (true) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw unreachable(error);
      });
      if (done) throw unreachable(new Error("the reply broke off"));
      parser.feed(value);
      for (const message of waiting.splice(0)) {
        const event = understand(message);
        if (event) yield event;
        if (event?.kind === "done") return;
      }
    }
  } finally {
    signal.removeEventListener("abort", leave);
    leave();
  }
}

function understand({ event, data }: EventSourceMessage): ChatEvent | undefined {
  const said = JSON.parse(data);
  switch (event) {
    case "conversation":
      return { kind: "conversation", id: said.id, title: said.title };
    case "text":
      return { kind: "text", delta: said.delta };
    case "tool":
      return { kind: "tool", tool: said };
    case "done":
      return { kind: "done" };
    case "error":
      throw new ApiProblem(said.status, said.title, said.detail);
    default:
      // A kind of event that a newer backend may send.
      return undefined;
  }
}
