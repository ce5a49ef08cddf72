// @vitest-environment jsdom
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { api, sendWith } from "@/lib/api/client";
import { ApiProblem } from "@/lib/api/problem";
import { FakeSession } from "@/tests/fake-session";
import { makeToken, server } from "@/tests/server";
import * as navigation from "./navigation";
import { signedFetch } from "./signed-fetch";

sendWith(signedFetch);

const [FIRST, SECOND] = [makeToken("first"), makeToken("second")];
const NO_SESSION = HttpResponse.json({ code: "UNAUTHORIZED" }, { status: 401 });

/** Requests the backend was sent; it takes the tokens named and no other. */
let seen: { token: string | null; body: string }[];

function backendTakes(...tokens: string[]): void {
  seen = [];
  server.use(
    http.all("http://localhost:3000/api/dev-user/tasks", async ({ request }) => {
      const token = request.headers.get("Authorization");
      seen.push({ token, body: await request.text() });
      const known = tokens.some((each) => token === `Bearer ${each}`);
      if (!known) return HttpResponse.json({ title: "Signed out", detail: "x" }, { status: 401 });
      return HttpResponse.json({ items: [], next_cursor: null });
    }),
  );
}

const params = { path: { user_id: "dev-user" } };
const list = () => api.GET("/api/{user_id}/tasks", { params });

beforeEach(() => {
  vi.spyOn(navigation, "leaveForSignIn").mockReturnValue();
  vi.spyOn(navigation, "startAgain").mockReturnValue();
  vi.useRealTimers();
});

test("requests at the same time share one token, and later ones as well", async () => {
  const session = new FakeSession(FIRST, SECOND);
  backendTakes(FIRST);
  await Promise.all([list(), list(), list()]);
  await list();
  expect(session.asked).toBe(1);
  expect(seen.map(({ token }) => token)).toEqual(Array(4).fill(`Bearer ${FIRST}`));
});

test("a token is renewed before it ends, by the time that passed and not by the clock", async () => {
  const session = new FakeSession(FIRST, SECOND);
  backendTakes(FIRST, SECOND);
  // Set years ahead of the server's.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5e11 });
  await list();
  vi.setSystemTime(Date.now() + 539_000);
  await list();
  expect(session.asked).toBe(1);
  vi.setSystemTime(Date.now() + 2_000);
  await list();
  expect(seen.at(-1)?.token).toBe(`Bearer ${SECOND}`);
});

test("a refused token is renewed once, and the request repeated with all it said", async () => {
  new FakeSession(FIRST, SECOND);
  backendTakes(SECOND);
  await api.POST("/api/{user_id}/tasks", { params, body: { title: "Call" } });
  expect(seen).toEqual([
    { token: `Bearer ${FIRST}`, body: '{"title":"Call"}' },
    { token: `Bearer ${SECOND}`, body: '{"title":"Call"}' },
  ]);
  expect(navigation.leaveForSignIn).not.toHaveBeenCalled();
});

test("a new token that is refused as well leads to the sign-in page", async () => {
  new FakeSession(FIRST, SECOND);
  backendTakes();
  await expect(list()).rejects.toMatchObject({ status: 401 });
  expect(seen).toHaveLength(2);
  expect(navigation.leaveForSignIn).toHaveBeenCalledOnce();
});

test("without a session the backend is not asked, and the sign-in page comes", async () => {
  new FakeSession(NO_SESSION);
  backendTakes(FIRST);
  await expect(list()).rejects.toBeInstanceOf(ApiProblem);
  expect(seen).toEqual([]);
  expect(navigation.leaveForSignIn).toHaveBeenCalledOnce();
});

test.each([
  [HttpResponse.json({}, { status: 503 }), 503],
  [HttpResponse.json({}, { status: 429 }), 429],
  [HttpResponse.error(), 0],
])(
  "sign-in that is away is told like a backend that is away, and nobody has to leave",
  async (answer, status) => {
    new FakeSession(answer, FIRST);
    backendTakes(FIRST);
    await expect(list()).rejects.toMatchObject({ status, temporary: true });
    expect(navigation.leaveForSignIn).not.toHaveBeenCalled();
    await expect(list()).resolves.toBeDefined();
  },
);

test("when somebody else signed in meanwhile the page starts again", async () => {
  new FakeSession(
    makeToken("ann", { userId: "ann", seconds: 1 }),
    makeToken("bob", { userId: "bob" }),
  );
  backendTakes();
  await expect(list()).rejects.toBeInstanceOf(ApiProblem);
  expect(navigation.startAgain).toHaveBeenCalledOnce();
});

test("no token is left where another page or person would find it", async () => {
  new FakeSession(FIRST);
  backendTakes(FIRST);
  await list();
  expect([localStorage.length, sessionStorage.length, document.cookie]).toEqual([0, 0, ""]);
});
