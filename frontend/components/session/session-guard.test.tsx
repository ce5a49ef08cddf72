// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import * as navigation from "@/lib/session/navigation";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { FakeStream } from "@/tests/fake-stream";
import { renderPage } from "@/tests/render-page";

test("signing out on another page stops the stream, drops what was read, and leads out", async () => {
  const left = vi.spyOn(navigation, "leaveSignedOut").mockReturnValue();
  FakeStream.install();
  const backend = new FakeBackend([makeTask({ title: "Secret plan" })]);
  renderPage();
  await screen.findByText("Secret plan");
  const stream = await FakeStream.number(1);
  stream.begin();
  const elsewhere = new BroadcastChannel("todo-session");
  elsewhere.postMessage("signed out");
  expect(await screen.findByText("You signed out in another window.")).toBeInTheDocument();
  expect(screen.queryByText("Secret plan")).not.toBeInTheDocument();
  await waitFor(() => expect(stream.left).toBe(true));
  expect(left).toHaveBeenCalledOnce();
  const seen = backend.seen.length;
  window.dispatchEvent(new Event("focus"));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(backend.seen.length).toBe(seen);
  expect(FakeStream.opened).toHaveLength(1);
  elsewhere.close();
});

test("a word that is no sign-out changes nothing", async () => {
  new FakeBackend([makeTask({ title: "Call" })]);
  renderPage();
  await screen.findByText("Call");
  const elsewhere = new BroadcastChannel("todo-session");
  elsewhere.postMessage("hello");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(screen.getByText("Call")).toBeInTheDocument();
  elsewhere.close();
});
