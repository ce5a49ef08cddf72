import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { expect, test } from "vitest";
import { AuthServer, PERSON } from "@/tests/auth-server";
import { clientConfig, openDatabase, sqlitePath } from "./database";
import { parseDatabaseUrl } from "./database-url";

const configOf = (url: string) => clientConfig(parseDatabaseUrl(url));

test.each([
  ["sslmode=require", { rejectUnauthorized: false }],
  ["ssl=require", { rejectUnauthorized: false }],
  ["sslmode=require&channel_binding=require", { rejectUnauthorized: true }],
  ["sslmode=verify-full", { rejectUnauthorized: true }],
  ["sslrootcert=system", { rejectUnauthorized: true }],
  ["sslmode=disable", false],
  ["sslmode=prefer", false],
])("%s means to the driver what it means to PostgreSQL", (query, ssl) => {
  const client = new Client(configOf(`postgresql://u:p%2F@h/d?${query}`));
  expect(client).toMatchObject({ host: "h", user: "u", password: "p/", database: "d", ssl });
});

test("what else a URL says reaches the driver", () => {
  const url = "postgresql://u@[::1]:1/d?connect_timeout=9&application_name=a&options=endpoint%3De";
  expect(configOf(url)).toMatchObject({
    host: "::1",
    port: 1,
    connectionTimeoutMillis: 9_000,
    application_name: "a",
    options: "endpoint=e",
  });
});

test.each([
  ["sqlite:///todo.db", "todo.db"],
  ["sqlite+aiosqlite:////var/todo.db", "/var/todo.db"],
])("%s is the file %s", (given, path) => {
  expect(sqlitePath(given)).toBe(path);
});

test("two who sign up while somebody else writes the same file both succeed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "todo-database-"));
  const database = openDatabase(`sqlite:///${join(folder, "todo.db")}`);
  if (!(database instanceof DatabaseSync)) throw new Error("not SQLite");
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE other (moment REAL)");
  const other = new DatabaseSync(join(folder, "todo.db"));
  let tries = 0;
  const writing = setInterval(() => {
    tries += 1;
    // While a transaction has the lock this one does not wait.
    try {
      other.exec("INSERT INTO other VALUES (1)");
    } catch {}
  }, 5);
  const server = await AuthServer.start({}, database);
  await Promise.all([server.signUp(), server.signUp({ ...PERSON, email: "bob@example.com" })]);
  clearInterval(writing);
  expect(tries).toBeGreaterThan(0);
  database.close();
  other.close();
  rmSync(folder, { recursive: true });
});

test("a server that is away is found out by a query, not by opening", async () => {
  const database = openDatabase("postgresql://todo@127.0.0.1:1/todo");
  if (database instanceof DatabaseSync) throw new Error("not PostgreSQL");
  await expect(database.query("SELECT 1")).rejects.toThrow("ECONNREFUSED");
  await database.end();
});

test("an idle connection that the server ends does not end this process", async () => {
  const database = openDatabase("postgresql://todo@127.0.0.1:1/todo");
  if (database instanceof DatabaseSync) throw new Error("not PostgreSQL");
  // An event "error" that nobody listens to is thrown.
  expect(() => database.emit("error", new Error("terminated"), {} as never)).not.toThrow();
  await database.end();
});
