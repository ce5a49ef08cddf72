import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";
import { server } from "./server";

// A test that waits is told what it waits for, not how long a busy machine may take.
configure({ asyncUtilTimeout: 20_000 });

// jsdom draws nothing, so it has no dialogs that lie above the page; real browsers do (e2e).
if (typeof HTMLDialogElement !== "undefined") {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
    this.querySelector<HTMLElement>("[autofocus], input, button")?.focus();
  };
  HTMLDialogElement.prototype.close = function () {
    this.open = false;
  };
}

// A request that no test prepared is a mistake, never an answer.
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(async () => {
  cleanup();
  if (typeof document !== "undefined") {
    document.body.replaceChildren();
    localStorage.clear();
    sessionStorage.clear();
  }
  // Loaded here, not above: a test may have put something else in place of what it uses.
  const { forgetSession } = await import("@/lib/session/token");
  forgetSession();
  server.resetHandlers();
});
afterAll(() => server.close());
