import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DatabaseUrlError, parseDatabaseUrl } from "./database-url";

// The list that the backend's and the pipeline's tests read too.
const URLS = JSON.parse(
  readFileSync(new URL("../../../backend/tests/database_urls.json", import.meta.url), "utf8"),
) as {
  accepted: { url: string; rendered: string; reads: Record<string, unknown> }[];
  refused: { url: string; says: string }[];
};

const camel = (name: string) => name.replace(/_./g, (found) => found.slice(1).toUpperCase());

test.each(URLS.accepted)("$url is read as the backend reads it", ({ url, rendered, reads }) => {
  const expected = Object.entries(reads).map(([name, value]) => [camel(name), value]);
  expect(parseDatabaseUrl(url)).toMatchObject(Object.fromEntries(expected));
  expect(parseDatabaseUrl(rendered)).toEqual(parseDatabaseUrl(url));
});

test.each(URLS.refused)("$url is refused, as by the backend", ({ url, says }) => {
  const refused = () => parseDatabaseUrl(url);
  expect(refused).toThrow(DatabaseUrlError);
  expect(refused).toThrow(says);
});
