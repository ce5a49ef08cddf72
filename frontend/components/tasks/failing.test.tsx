// @vitest-environment jsdom
import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { FakeBackend, makeTask } from "@/tests/fake-backend";
import { checkbox, renderPage, titles } from "@/tests/render-page";
import { server } from "@/tests/server";

const titleField = () => screen.findByRole("textbox", { name: "Title" });

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
  await user.type(await titleField(), "Buy milk{Enter}");
  expect(titles()).toEqual(["Buy milk", "Write"]);
  release();
  await screen.findByRole("alert");
  await waitFor(() => expect(titles()).toEqual(["Buy milk", "Call", "Write"]));
});

test("gives an added task that failed its words back, to be sent again as they are", async () => {
  const backend = new FakeBackend();
  backend.refuse("POST", { detail: "The disk is full." });
  const user = renderPage(undefined, "/?tag=shop");
  await user.type(await titleField(), "Buy milk{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "Could not add “Buy milk”. The disk is full.",
  );
  expect(titles()).toEqual([]);
  expect(await titleField()).toHaveValue("Buy milk");
  await user.type(await titleField(), "{Enter}");
  await waitFor(() => expect(backend.tasks).toMatchObject([{ title: "Buy milk", tags: ["shop"] }]));
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
});

test("a task that failed does not overwrite what is being written by then", async () => {
  const backend = new FakeBackend();
  backend.refuse("POST");
  const user = renderPage();
  await user.click(await titleField());
  const release = backend.hold();
  await user.type(await titleField(), "Buy milk{Enter}Buy bread");
  release();
  expect(await screen.findByRole("alert")).toHaveTextContent("Could not add “Buy milk”.");
  expect(await titleField()).toHaveValue("Buy bread");
});

test("says that there is no connection when no answer comes at all", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await screen.findByText("Call");
  server.use(http.patch("*/tasks/:id", () => HttpResponse.error()));
  await user.click(checkbox("Call"));
  expect(await screen.findByRole("alert")).toHaveTextContent("The server cannot be reached.");
  await waitFor(() => expect(checkbox("Call")).not.toBeChecked());
  expect(backend.tasks[0]?.completed).toBe(false);
});

test("does not offer again what cannot succeed, such as completing a task that is gone", async () => {
  const backend = new FakeBackend([makeTask({ title: "Call" })]);
  const user = renderPage();
  await screen.findByText("Call");
  backend.tasks = [];
  await user.click(checkbox("Call"));
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no such task.");
  expect(screen.queryByRole("button", { name: "Try again" })).not.toBeInTheDocument();
});

test("keeps every failure until it is dismissed, whatever else happens", async () => {
  const titlesOfTasks = ["a", "b", "c", "d", "e"];
  const backend = new FakeBackend(titlesOfTasks.map((title) => makeTask({ title })));
  const user = renderPage();
  await screen.findByText("a");
  backend.refuse("PATCH", {}, 5);
  for (const title of titlesOfTasks) await user.click(checkbox(title));
  await waitFor(() => expect(screen.getAllByRole("alert")).toHaveLength(5));
});
