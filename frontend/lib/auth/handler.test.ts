import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AuthServer, ORIGIN, PERSON } from "@/tests/auth-server";

let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "todo-sign-in-"));
  const database = new DatabaseSync(join(folder, "todo.db"));
  await AuthServer.start({}, database);
  database.close();
  vi.stubEnv("DATABASE_URL", `sqlite:///${join(folder, "todo.db")}`);
  vi.stubEnv("BETTER_AUTH_SECRET", "a-secret-of-tests-0123456789abcdef");
  vi.stubEnv("BETTER_AUTH_URL", ORIGIN);
  vi.resetModules();
});
afterEach(() => rmSync(folder, { recursive: true }));

async function send(path: string, init?: RequestInit): Promise<Response> {
  // A module of its own for each test: it keeps what it made from the environment.
  const { answer } = await import("./handler");
  return answer(new Request(`${ORIGIN}/api/auth${path}`, init));
}

const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": "application/json", ...headers },
});

test("a person signs up and gets a cookie that nobody may keep a copy of", async () => {
  const response = await send("/sign-up/email", post(JSON.stringify(PERSON)));
  expect(response.status).toBe(200);
  expect(response.headers.getSetCookie()).toHaveLength(1);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
});

test.each([
  "/get-session",
  "/update-user",
  "/delete-user",
  "/sign-in/social",
  "/reset-password",
  "/sign-up/email/",
  "/../../tasks",
])("%s is not offered", async (path) => {
  const response = await send(path, post("{}"));
  expect([response.status, (await response.json()).code]).toEqual([404, "NOT_FOUND"]);
});

test("what changes something cannot be asked for by a link", async () => {
  expect((await send("/sign-out")).status).toBe(404);
});

test.each([{ "content-length": "16385" }, { "transfer-encoding": "chunked" }])(
  "a body with %j is refused before it is read",
  async (headers) => {
    const response = await send("/sign-in/email", post("{}", headers));
    expect(response.status).toBe(413);
  },
);

test.each([
  ["a PostgreSQL that is away", { DATABASE_URL: "postgresql://todo:canary@127.0.0.1:1/todo" }],
  ["a database that was never migrated", { DATABASE_URL: "sqlite:///:memory:" }],
  ["a secret that is missing", { BETTER_AUTH_SECRET: "" }],
])("with %s sign-in says that it is not available, and why in the log alone", async (_, env) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const log = vi.spyOn(console, "error").mockReturnValue();
  const response = await send("/token");
  expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(await response.json()).toEqual({
    code: "UNAVAILABLE",
    message: "Sign-in is not available right now. Try again in a moment",
  });
  expect(log).toHaveBeenCalledOnce();
  expect(String(log.mock.calls)).not.toContain("canary");
});

test("who asks too often is told how long to wait", async () => {
  const answers: Response[] = [];
  for (let count = 0; count < 12; count += 1) {
    const body = JSON.stringify({ email: "nobody", password: "12345678" });
    answers.push(await send("/sign-in/email", post(body, { origin: ORIGIN })));
  }
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers.get("Retry-After"))).toBeGreaterThan(0);
});

test("a build, which knows no setting, may load it", async () => {
  vi.unstubAllEnvs();
  await expect(import("./handler")).resolves.toBeDefined();
});
