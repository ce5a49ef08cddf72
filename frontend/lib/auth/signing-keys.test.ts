import { decodeProtectedHeader } from "jose";
import { afterEach, expect, test, vi } from "vitest";
import { AuthServer, PERSON } from "@/tests/auth-server";

const DAY_MS = 24 * 60 * 60 * 1000;

afterEach(() => vi.useRealTimers());

async function keyIdOfToken(server: AuthServer, cookie: string): Promise<string | undefined> {
  return decodeProtectedHeader(await server.token(cookie)).kid;
}

async function signIn(server: AuthServer): Promise<string> {
  const { email, password } = PERSON;
  const response = await server.call("/sign-in/email", { body: { email, password } });
  return response.headers.getSetCookie().join("; ");
}

test("after thirty days another key signs, and the old one is published for a day more", async () => {
  const server = await AuthServer.start();
  const first = await keyIdOfToken(server, await server.signUp());
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * DAY_MS + 1000 });
  const second = await keyIdOfToken(server, await signIn(server));
  expect(second).not.toBe(first);
  expect(await server.keyIds()).toEqual([first, second]);
  vi.setSystemTime(Date.now() + DAY_MS);
  expect(await server.keyIds()).toEqual([second]);
});

test("private keys are not readable in the database, and not published", async () => {
  const server = await AuthServer.start();
  await server.signUp();
  expect(await (await server.call("/jwks")).json()).toEqual({
    keys: [
      {
        alg: "EdDSA",
        crv: "Ed25519",
        kty: "OKP",
        kid: expect.any(String),
        x: expect.any(String),
      },
    ],
  });
  const { private_key } = server.database.prepare("SELECT private_key FROM auth_jwks").get() ?? {};
  expect(() => JSON.parse(JSON.parse(String(private_key)))).toThrow();
});

test("with another secret people can sign in, and keys of the old one are not trusted", async () => {
  const before = await AuthServer.start();
  const old = await keyIdOfToken(before, await before.signUp());
  const secret = "another-secret-0123456789abcdefgh";
  const after = await AuthServer.start({ secret }, before.database);
  const now = await keyIdOfToken(after, await signIn(after));
  expect(now).not.toBe(old);
  expect(await after.keyIds()).toEqual([now]);
});
