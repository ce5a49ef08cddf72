import { decodeProtectedHeader } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { AuthServer, cookieOf, ORIGIN, PERSON } from "@/tests/auth-server";

const DAY_MS = 24 * 60 * 60 * 1000;
const CREDENTIALS = { email: PERSON.email, password: PERSON.password };

afterEach(() => vi.useRealTimers());

/** Let time pass for what reads the clock, without timers. */
function pass(milliseconds: number): void {
  const now = Date.now() + milliseconds;
  vi.useFakeTimers({ toFake: ["Date"], now });
}

/** Try to sign in, in a way that is refused before the slow check of a password. */
async function guess(server: AuthServer, address: string): Promise<number> {
  // Of another account each time: those are counted by themselves.
  const body = { email: crypto.randomUUID(), password: "12345678" };
  const headers = { "x-forwarded-for": address };
  return (await server.call("/sign-in/email", { body, headers })).status;
}

test("a token says whose it is, who gave it, for whom, and ends after ten minutes", async () => {
  const server = await AuthServer.start();
  const token = await server.token(await server.signUp());
  expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: (await server.keyIds())[0] });
  const claims = await server.claims(await server.signUp({ ...PERSON, email: "bob@example.com" }));
  const user = server.database.prepare("SELECT id FROM auth_users WHERE email = ?");
  expect(claims).toEqual({
    sub: user.get("bob@example.com")?.id,
    name: "Ann",
    email: "bob@example.com",
    iss: ORIGIN,
    aud: "todo-api",
    iat: expect.any(Number),
    exp: (claims.iat ?? 0) + 600,
  });
});

test("without a session there is no token", async () => {
  const server = await AuthServer.start();
  expect((await server.call("/token")).status).toBe(401);
});

test("a session that was ended gives no further token", async () => {
  const server = await AuthServer.start();
  const cookie = await server.signUp();
  expect((await server.call("/sign-out", { body: {}, cookie })).status).toBe(200);
  expect((await server.call("/token", { cookie })).status).toBe(401);
});

test("a session ends after seven days without a visit", async () => {
  const server = await AuthServer.start();
  const cookie = await server.signUp();
  pass(7 * DAY_MS + 1000);
  expect((await server.call("/token", { cookie })).status).toBe(401);
});

test("a cookie that was changed is no session", async () => {
  const server = await AuthServer.start();
  const cookie = (await server.signUp()).replace("session_token=", "session_token=x");
  expect((await server.call("/token", { cookie })).status).toBe(401);
});

test("who has no account and who has the wrong password are told the same", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  const answers = await Promise.all(
    [{ email: "nobody@example.com" }, { password: "wrong password" }].map(async (wrong) => {
      const response = await server.call("/sign-in/email", { body: { ...CREDENTIALS, ...wrong } });
      return [response.status, await response.text()];
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.[0]).toBe(401);
});

test.each([
  [{ password: "1234567" }, 400],
  [{ password: "x".repeat(129) }, 400],
  [{ email: "nobody" }, 400],
  [{ email: `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.com` }, 400],
  [{ name: " " }, 400],
  [{ name: "x".repeat(101) }, 400],
  [{ password: "12345678" }, 200],
  [{ password: "x".repeat(128) }, 200],
])("signing up with %j is answered with %i", async (given, status) => {
  const server = await AuthServer.start();
  const response = await server.call("/sign-up/email", { body: { ...PERSON, ...given } });
  expect([response.status, await response.clone().text()]).toEqual([status, expect.any(String)]);
});

test("a name is kept without blanks around it, and no picture is taken from elsewhere", async () => {
  const server = await AuthServer.start();
  const image = "https://elsewhere.example.com/a.png";
  await server.signUp({ ...PERSON, name: "  Ann  ", image });
  expect(server.database.prepare("SELECT name, image FROM auth_users").get()).toEqual({
    name: "Ann",
    image: null,
  });
});

test("a changed password ends the other sessions when asked to", async () => {
  const server = await AuthServer.start();
  const elsewhere = await server.signUp();
  const here = cookieOf(await server.call("/sign-in/email", { body: CREDENTIALS }));
  const changed = await server.call("/change-password", {
    cookie: here,
    body: {
      currentPassword: PERSON.password,
      newPassword: "battery staple",
      revokeOtherSessions: true,
    },
  });
  expect(changed.status).toBe(200);
  expect((await server.call("/token", { cookie: elsewhere })).status).toBe(401);
  expect((await server.call("/token", { cookie: cookieOf(changed) })).status).toBe(200);
  expect((await server.call("/sign-in/email", { body: CREDENTIALS })).status).toBe(401);
});

test("cookies are for this host and its pages alone, and over TLS where there is TLS", async () => {
  const server = await AuthServer.start();
  const [cookie] = (await server.call("/sign-up/email", { body: PERSON })).headers.getSetCookie();
  expect(cookie).toMatch(/^__Secure-todo\.session_token=/);
  expect(cookie?.split("; ").slice(1).sort()).toEqual([
    "HttpOnly",
    "Max-Age=604800",
    "Path=/",
    "SameSite=Lax",
    "Secure",
  ]);
});

test.each([
  [ORIGIN, 200],
  ["http://10.255.0.1:8000", 200],
  ["https://evil.example.com", 403],
  ["null", 403],
])("a request with a cookie from a page of %s is answered with %i", async (origin, status) => {
  const server = await AuthServer.start({ trustedOrigins: ["http://10.255.0.1:8000"] });
  const cookie = await server.signUp();
  const response = await server.call("/sign-out", { body: {}, cookie, headers: { origin } });
  expect(response.status).toBe(status);
});

test("an address that guesses is stopped, and no other", async () => {
  const server = await AuthServer.start();
  const guesses: number[] = [];
  for (let count = 0; count < 11; count += 1) guesses.push(await guess(server, "203.0.113.7"));
  expect(guesses).toEqual([...Array(10).fill(400), 429]);
  expect(await guess(server, "203.0.113.8")).toBe(400);
  pass(61_000);
  expect(await guess(server, "203.0.113.7")).toBe(400);
});

test("behind trusted proxies the address that counts is the one they were called from", async () => {
  const server = await AuthServer.start({ trustedProxies: ["10.0.0.0/24"] });
  const statuses = new Set<number>();
  for (let count = 0; count < 12; count += 1) {
    statuses.add(await guess(server, `198.51.100.${count}, 203.0.113.7, 10.0.0.9`));
  }
  expect(statuses).toContain(429);
});

test("an office that renews its tokens steadily is never stopped", async () => {
  const server = await AuthServer.start();
  const cookie = await server.signUp();
  const statuses = new Set<number>();
  for (let count = 0; count < 100; count += 1) {
    pass(1100);
    statuses.add((await server.call("/token", { cookie })).status);
  }
  expect(statuses).toEqual(new Set([200]));
});

test("a burst for tokens from one address is stopped", async () => {
  const server = await AuthServer.start();
  const cookie = await server.signUp();
  pass(0);
  const statuses = [];
  for (let count = 0; count < 31; count += 1) {
    statuses.push((await server.call("/token", { cookie })).status);
  }
  expect(statuses).toEqual([...Array(30).fill(200), 429]);
});

test("backends may ask for the keys as often as they like", async () => {
  const server = await AuthServer.start();
  pass(0);
  const answers = await Promise.all(Array.from({ length: 60 }, () => server.call("/jwks")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});
