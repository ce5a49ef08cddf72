import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { excessOf, LIMITS } from "./limits";

const { components, paths } = JSON.parse(
  readFileSync(new URL("../../backend/openapi.json", import.meta.url), "utf8"),
);
const most = (schema: string, field: string) =>
  components.schemas[schema].properties[field].maxLength ??
  components.schemas[schema].properties[field].anyOf?.find(
    (each: { maxLength?: number }) => each.maxLength,
  )?.maxLength;

test("the limits are those of the backend", () => {
  const search = paths["/api/{user_id}/tasks"].get.parameters.find(
    ({ name }: { name: string }) => name === "q",
  ).schema;
  expect(LIMITS).toEqual({
    message: most("ChatRequest", "message"),
    title: most("TaskCreate", "title"),
    description: most("TaskCreate", "description"),
    tag: components.schemas.TaskCreate.properties.tags.items.maxLength,
    search: search.maxLength ?? search.anyOf?.[0].maxLength,
  });
  expect(most("ConversationPatch", "title")).toBe(LIMITS.title);
});

test.each([
  ["fits", 4, 0],
  [" fits ", 4, 0],
  ["fits not", 4, 4],
  ["🚲🚲", 2, 0],
])("%j in %i characters is too long by %i", (text, limit, excess) => {
  expect(excessOf(text, limit)).toBe(excess);
});
