import { waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import type { ActivityEntry } from "@/lib/api/client";
import { makeEntry } from "./fake-backend";
import { STREAM_ADDRESS, server } from "./server";

/** One stream as the backend opens it; the test says what comes. */
export class FakeStream {
  static opened: FakeStream[] = [];
  readonly url: string;
  readonly lastEventId: string | null;
  readonly token: string | null;
  /** True once the reader went away. */
  left = false;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #began = Promise.withResolvers<Response>();

  private constructor(request: Request) {
    const { pathname, search } = new URL(request.url);
    this.url = `${pathname}${search}`;
    this.lastEventId = request.headers.get("Last-Event-ID");
    this.token = request.headers.get("Authorization");
    request.signal.addEventListener("abort", () => {
      this.left = true;
    });
    FakeStream.opened.push(this);
  }

  /** Answer every request for a stream from now on. */
  static install(): void {
    FakeStream.opened = [];
    server.use(http.get(STREAM_ADDRESS, ({ request }) => new FakeStream(request).#began.promise));
  }

  /** Wait for a stream to be asked for. */
  static number(count: number): Promise<FakeStream> {
    return waitFor(() => {
      const stream = FakeStream.opened[count - 1];
      if (!stream) throw new Error(`${FakeStream.opened.length} streams were opened`);
      return stream;
    });
  }

  /** Answer the request; browsers are told to come back at once when it ends. */
  begin(): void {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.left = true;
      },
    });
    const headers = { "Content-Type": "text/event-stream" };
    this.#began.resolve(new HttpResponse(body, { headers }));
    this.#write("retry: 10\n\n");
  }

  /** Say that something happened, anything when it does not matter what. */
  tell(id: string, entry: Partial<ActivityEntry> = {}): void {
    if (!this.#controller) this.begin();
    const data = JSON.stringify(makeEntry({ position: Number(id), ...entry }));
    this.#write(`event: activity\nid: ${id}\ndata: ${data}\n\n`);
  }

  /** End as with a token, or with the process that served it. */
  end(): void {
    this.#controller?.close();
  }

  /** Answer with what is no stream. */
  refuse(status: number): void {
    this.#began.resolve(new HttpResponse(null, { status }));
  }

  #write(text: string): void {
    this.#controller?.enqueue(new TextEncoder().encode(text));
  }
}
