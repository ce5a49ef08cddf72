import { act } from "@testing-library/react";
import { vi } from "vitest";

/** Stands where the browser's EventSource would, which jsdom lacks; the test says what comes. */
export class FakeStream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeStream[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    FakeStream.opened.push(this);
  }

  /** Let every EventSource of this test be a fake one. */
  static install(): void {
    FakeStream.opened = [];
    vi.stubGlobal("EventSource", FakeStream);
  }

  static get last(): FakeStream {
    const last = FakeStream.opened.at(-1);
    if (!last) throw new Error("no stream was opened");
    return last;
  }

  begin(): void {
    act(() => void this.dispatchEvent(new Event("open")));
  }

  tell(lastEventId: string): void {
    act(() => void this.dispatchEvent(new MessageEvent("activity", { lastEventId })));
  }

  /** Fail as after an answer that is no stream: the browser gives up. */
  giveUp(): void {
    this.readyState = FakeStream.CLOSED;
    act(() => void this.dispatchEvent(new Event("error")));
  }

  close(): void {
    this.readyState = FakeStream.CLOSED;
  }
}
