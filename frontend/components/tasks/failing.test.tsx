// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { checkbox, renderPage, titles } from "@/tests/render-page";
import { server } from "@/tests/server";

test("takes back a completion that failed, says why, and can try again", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await screen.findByText("Call");
  backend.refuse("PATCH", { detail: "The disk is full." });
  const release = backend.hold();
  await user.click(checkbox("Call"));
  expect(checkbox("Call")).toBeChecked();
  release();
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "Could not change “Call”The disk is full.",
  );
  expect(checkbox("Call")).not.toBeChecked();

  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(backend.tasks[0]?.completed).toBe(true));
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

test("takes back only the change that failed", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" }), makeTask({ title: "Write" })]);
  const user = renderPage();
  await screen.findByText("Call");
  backend.refuse("DELETE");
  const release = backend.hold();
  await user.click(screen.getByRole("button", { name: "Delete Call" }));
  await user.type(screen.getByLabelText("Title"), "Buy milk{Enter}");
  expect(titles()).toEqual(["Buy milk", "Write"]);
  release();
  await screen.findByRole("alert");
  await waitFor(() => expect(titles()).toEqual(["Buy milk", "Call", "Write"]));
});

test("takes back an added task that failed and keeps its words for another try", async () => {
  const backend = new FakeBackend();
  backend.refuse("POST");
  const user = renderPage();
  await screen.findByText("All clear");
  await user.type(screen.getByLabelText("Title"), "Buy milk{Enter}");
  await screen.findByText("Could not add “Buy milk”");
  expect(titles()).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(backend.tasks).toMatchObject([{ title: "Buy milk" }]));
});

test("shows what someone else made of a task instead of overwriting it", async () => {
  const task = makeTask({ title: "Call" });
  const backend = new FakeBackend([task]);
  const user = renderPage();
  await user.click(await screen.findByRole("button", { name: "Rename Call" }));
  backend.tasks = [{ ...task, title: "Call on Monday", version: 2 }];
  await user.type(screen.getByRole("textbox", { name: /New title/ }), " now{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("changed this task since you read it");
  expect(screen.queryByRole("button", { name: "Try again" })).not.toBeInTheDocument();
  await waitFor(() => expect(titles()).toEqual(["Call on Monday"]));
});

test("has words for an answer that is no problem document, and for no answer at all", async () => {
  server.use(http.get("*/api/me", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
  const user = renderPage();
  expect(await screen.findByRole("alert")).toHaveTextContent("status 502");
  server.use(http.get("*/api/me", () => HttpResponse.error()));
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("cannot be reached"));
});
