import { afterEach, expect, test, vi } from "vitest";
import { AuthServer, PERSON } from "@/tests/auth-server";

const MINUTE_MS = 60_000;
const TRIES = 10;
let address = 0;

afterEach(() => vi.useRealTimers());

function pass(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

/** Try a password, each time from another address. */
function guess(server: AuthServer, email = PERSON.email, password = "wrong password") {
  address += 1;
  const headers = { "x-forwarded-for": `198.51.${Math.floor(address / 250)}.${address % 250}` };
  return server.call("/sign-in/email", { body: { email, password }, headers });
}

async function statuses(server: AuthServer, count: number, email?: string): Promise<number[]> {
  const found: number[] = [];
  for (let tried = 0; tried < count; tried += 1) found.push((await guess(server, email)).status);
  return found;
}

/** Count tries that are not made: each check of a password is slow. */
async function count(server: AuthServer, tries: number, email?: string): Promise<void> {
  expect((await guess(server, email)).status).toBe(401);
  const update = "UPDATE auth_rate_limits SET count = ? WHERE key LIKE 'account|%'";
  server.database.prepare(update).run(tries);
}

test("an account is closed to guesses from whatever address, for a bounded time", async () => {
  const server = await AuthServer.start();
  const cookie = await server.signUp();
  pass(0);
  expect(await statuses(server, TRIES)).toEqual(Array(TRIES).fill(401));
  const refused = await guess(server, PERSON.email, PERSON.password);
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get("Retry-After"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(300);
  expect((await refused.json()).message).toContain(`wait ${seconds} s`);
  // Whoever is signed in already stays so, and others sign in.
  expect((await server.call("/token", { cookie })).status).toBe(200);
  await server.signUp({ ...PERSON, email: "bob@example.com" });
  expect((await guess(server, "bob@example.com", PERSON.password)).status).toBe(200);
  pass((seconds + 1) * 1000);
  expect((await guess(server, PERSON.email, PERSON.password)).status).toBe(200);
});

test("tries while it is closed prolong nothing", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  pass(0);
  await count(server, TRIES);
  for (let minute = 0; minute < 5; minute += 1) {
    expect((await guess(server)).status).toBe(429);
    pass(MINUTE_MS);
  }
  expect((await guess(server, PERSON.email, PERSON.password)).status).toBe(200);
});

test("an account that does not exist is closed alike, and told alike", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  pass(0);
  expect(await statuses(server, TRIES, "nobody@example.com")).toEqual(
    await statuses(server, TRIES),
  );
  const [known, unknown] = [await guess(server), await guess(server, "nobody@example.com")];
  expect(known.status).toBe(429);
  expect([unknown.status, unknown.headers.get("Retry-After"), await unknown.text()]).toEqual([
    known.status,
    known.headers.get("Retry-After"),
    await known.text(),
  ]);
});

test("the same account in other letters is the same", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  await count(server, TRIES, "Ann@Example.com");
  expect((await guess(server)).status).toBe(429);
});

test("a right password starts anew", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  for (let round = 0; round < 2; round += 1) {
    await count(server, TRIES - 1);
    expect((await guess(server, PERSON.email, PERSON.password)).status).toBe(200);
  }
});

test("many tries at once pass no more of them, here and at another replica", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  const replica = await AuthServer.start({}, server.database);
  const tried = await Promise.all(
    Array.from({ length: 3 * TRIES }, (_, index) => guess(index % 2 ? server : replica)),
  );
  expect(tried.filter(({ status }) => status === 401)).toHaveLength(TRIES);
  expect(tried.filter(({ status }) => status === 429)).toHaveLength(2 * TRIES);
});

test("what is counted is kept while others sign in, and names nobody", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  await count(server, TRIES);
  pass(2 * MINUTE_MS);
  // From the same address again: what is old by the windows of addresses is cleared away with it.
  await server.signUp({ ...PERSON, email: "bob@example.com" });
  expect((await guess(server)).status).toBe(429);
  const keys = server.database.prepare("SELECT key FROM auth_rate_limits").all();
  expect(JSON.stringify(keys)).not.toContain("example.com");
});

test.each([{}, { email: 7, password: "12345678" }, { email: null }])(
  "%j is no try of anybody's",
  async (body) => {
    const server = await AuthServer.start();
    expect((await server.call("/sign-in/email", { body })).status).toBe(400);
  },
);
