import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { expect, test } from "vitest";
import { openDatabase, postgresUrl, sqlitePath } from "./database";

test.each([
  ["postgres://u:p@h/d", "postgresql://u:p@h/d"],
  ["postgresql+asyncpg://u:p%40@h:1/d", "postgresql://u:p%40@h:1/d"],
  ["postgresql://u@/d?host=%2Frun%2Fpg", "postgresql://u@/d?host=%2Frun%2Fpg"],
])("%s is understood as the backend understands it", (given, used) => {
  expect(postgresUrl(given)).toBe(used);
});

test.each([
  ["sslmode=require&channel_binding=require", { rejectUnauthorized: false }],
  ["ssl=require", { rejectUnauthorized: false }],
  ["sslmode=verify-full", {}],
  ["sslmode=disable", false],
  ["sslmode=prefer", false],
])("%s means to the driver what it means to PostgreSQL", (query, ssl) => {
  const client = new Client({ connectionString: postgresUrl(`postgresql://u:p@h/d?${query}`) });
  expect(client).toMatchObject({ host: "h", user: "u", database: "d", ssl });
});

test.each([
  ["sqlite:///todo.db", "todo.db"],
  ["sqlite+aiosqlite:////var/todo.db", "/var/todo.db"],
])("%s is the file %s", (given, path) => {
  expect(sqlitePath(given)).toBe(path);
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
