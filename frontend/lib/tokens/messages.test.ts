import { expect, test } from "vitest";
import { makeTokenRow } from "@/tests/fake-tokens";
import { describeExpiry, describeScope, describeUse, findNameProblem } from "./messages";

test("a name is neither empty nor longer than what is kept, and nothing of it is cut", () => {
  expect(findNameProblem("")).toContain("Give it a name");
  expect(findNameProblem("x".repeat(101))).toBe("It has 101 characters. At most 100 are accepted.");
  expect(findNameProblem("x".repeat(100))).toBe("");
});

test("a token is described by what it may do, when it was used and until when it lasts", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const token = makeTokenRow({ scope: "write", expires_at: "2026-03-08T12:00:00Z" });
  expect(describeScope(token)).toBe("Read and write");
  expect(describeUse(token)).toBe("Never used");
  expect(describeExpiry(token, now)).toBe("Expires 8 Mar 2026");
  expect(describeExpiry(token, new Date("2026-03-08T12:00:00Z"))).toBe("Expired 8 Mar 2026");
  expect(describeUse({ ...token, last_used_at: "2026-03-01T12:00:00Z" })).toMatch(
    /^Last used 1 Mar 2026, \d\d:\d\d$/,
  );
});
