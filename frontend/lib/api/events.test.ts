import { expect, test } from "vitest";
import { type ChatEvent, readEvents } from "./events";
import { ApiProblem } from "./problem";

function stream(...chunks: (string | Uint8Array<ArrayBuffer>)[]) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      }
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of readEvents(body, new AbortController().signal)) events.push(event);
  return events;
}

const DONE = 'event: done\ndata: {"message_id": "m", "conversation_id": "c"}\n\n';

test("reads events however the network cuts them", async () => {
  const text = `: hello\n\nevent: text\ndata: {"delta": "Grüße"}\n\n${DONE}`;
  const bytes = [...new TextEncoder().encode(text)].map((byte) => new Uint8Array([byte]));
  expect(await all(stream(...bytes))).toEqual([{ kind: "text", delta: "Grüße" }, { kind: "done" }]);
});

test("passes over events of a kind it does not know", async () => {
  expect(await all(stream("event: mood\ndata: {}\n\n", DONE))).toEqual([{ kind: "done" }]);
});

test("a reply that ends without an end is a connection that was lost", async () => {
  const error = await all(stream('event: text\ndata: {"delta": "He"}\n\n')).catch((e) => e);
  expect(error).toBeInstanceOf(ApiProblem);
  expect(error.status).toBe(0);
});

test("says what the backend says ended the reply", async () => {
  const problem = { type: "x", title: "Away", status: 503, detail: "Come back at noon." };
  const error = await all(stream(`event: error\ndata: ${JSON.stringify(problem)}\n\n`)).catch(
    (e) => e,
  );
  expect(error).toMatchObject({ status: 503, title: "Away", message: "Come back at noon." });
});

test("tells the sender when nobody listens any more", async () => {
  const listening = new AbortController();
  let left = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) =>
      controller.enqueue(new TextEncoder().encode('event: text\ndata: {"delta": "He"}\n\n')),
    cancel: () => {
      left = true;
    },
  });
  const heard: ChatEvent[] = [];
  const reading = (async () => {
    for await (const event of readEvents(body, listening.signal)) {
      heard.push(event);
      listening.abort();
    }
  })();
  await expect(reading).rejects.toThrow("cannot be reached");
  expect(left).toBe(true);
  expect(heard).toEqual([{ kind: "text", delta: "He" }]);
});
