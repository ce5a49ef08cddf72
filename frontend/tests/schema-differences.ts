/**
 * Print as JSON how a database differs from what Better Auth wants, with the app's own options.
 *
 * A program, not a test: infra/helm/tests/test_sign_in_schema.py runs it, after Alembic has made the
 * tables, by Node itself.
 */
import { DatabaseSync } from "node:sqlite";
import { getMigrations } from "better-auth/db/migration";
import { openDatabase } from "../lib/auth/database.ts";
import { authOptions } from "../lib/auth/options.ts";
import { readSettings } from "../lib/auth/settings.ts";

const settings = readSettings(process.env);
const database = openDatabase(settings.databaseUrl);
const warnings: string[] = [];
const { toBeCreated, toBeAdded, toBeAddedIndexes, schemaProblems } = await getMigrations({
  ...authOptions(settings, database),
  logger: { level: "warn", log: (_level, message) => void warnings.push(message) },
});
console.log(
  JSON.stringify({
    create: toBeCreated.map(({ table }) => table),
    add: toBeAdded.flatMap(({ table, fields }) =>
      Object.keys(fields).map((column) => `${table}.${column}`),
    ),
    index: toBeAddedIndexes.map(({ name }) => name),
    warnings: [...warnings, ...schemaProblems],
  }),
);
await (database instanceof DatabaseSync ? database.close() : database.end());
