import { expect, test } from "vitest";
import { readSettings } from "./settings";

const SECRET = "0123456789abcdef0123456789abcdef";
const OKE = {
  TODO_ENVIRONMENT: "oke",
  DATABASE_URL: "postgresql://todo:canary@db:5432/todo?sslmode=require",
  BETTER_AUTH_SECRET: SECRET,
  BETTER_AUTH_URL: "https://todo.example.com",
};

function refusal(given: Record<string, string | undefined>): string {
  try {
    readSettings({ ...OKE, ...given });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("on a laptop only the secret must be given", () => {
  expect(readSettings({ BETTER_AUTH_SECRET: SECRET })).toEqual({
    databaseUrl: "sqlite:///../backend/todo.db",
    secret: SECRET,
    url: "http://127.0.0.1:3000",
    trustedOrigins: ["http://localhost:3000"],
    trustedProxies: [],
  });
});

test("a complete production setting is accepted, and spelled as browsers spell origins", () => {
  const settings = readSettings({
    ...OKE,
    BETTER_AUTH_URL: "https://TODO.example.com:443/",
    BETTER_AUTH_TRUSTED_ORIGINS: "http://127.0.0.1:8000, http://10.255.0.1:8000",
    TODO_TRUSTED_PROXIES: "10.0.0.0/24,fd00::1",
  });
  expect(settings.url).toBe("https://todo.example.com");
  expect(settings.trustedOrigins).toEqual(["http://127.0.0.1:8000", "http://10.255.0.1:8000"]);
  expect(settings.trustedProxies).toEqual(["10.0.0.0/24", "fd00::1"]);
});

test.each([
  ["TODO_ENVIRONMENT", "Production"],
  ["DATABASE_URL", ""],
  ["DATABASE_URL", "todo.db"],
  ["DATABASE_URL", "mysql://todo@db/todo"],
  ["DATABASE_URL", "postgresql://todo@db"],
  ["DATABASE_URL", "sqlite:///todo.db"],
  ["BETTER_AUTH_SECRET", ""],
  ["BETTER_AUTH_SECRET", "short"],
  ["BETTER_AUTH_SECRET", "x".repeat(64)],
  ["BETTER_AUTH_URL", ""],
  ["BETTER_AUTH_URL", "todo.example.com"],
  ["BETTER_AUTH_URL", "ftp://todo.example.com"],
  ["BETTER_AUTH_URL", "https://todo.example.com/app"],
  ["BETTER_AUTH_URL", "https://user@todo.example.com"],
  ["BETTER_AUTH_TRUSTED_ORIGINS", "*"],
  ["BETTER_AUTH_TRUSTED_ORIGINS", "http://127.0.0.1:8000,10.255.0.1"],
  ["TODO_TRUSTED_PROXIES", "traefik"],
  ["TODO_TRUSTED_PROXIES", "10.0.0.0/33"],
])("a wrong %s (%j) is named with what is accepted and a command", (variable, value) => {
  const lines = refusal({ [variable]: value }).split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^${variable}: .+\\. Accepted: .+\\. Next: (export|unset) `));
});

test("every wrong value is named at once, and no value is repeated", () => {
  const said = refusal({
    DATABASE_URL: "mysql://todo:canary@db/todo",
    BETTER_AUTH_SECRET: "canary",
  });
  expect(said.split("\n").map((line) => line.split(":")[0])).toEqual([
    "DATABASE_URL",
    "BETTER_AUTH_SECRET",
  ]);
  expect(said).not.toContain("canary");
});
