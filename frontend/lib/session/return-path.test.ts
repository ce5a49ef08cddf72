import { expect, test } from "vitest";
import { returnPath, withReturn } from "./return-path";

test.each(["/", "/activity", "/chat/42?q=a%20b#end", "/?to=https://evil.example.com"])(
  "%s is a page to come back to",
  (path) => {
    expect(returnPath(path)).toBe(path);
  },
);

test.each([
  undefined,
  "",
  "activity",
  "https://evil.example.com",
  "//evil.example.com",
  "///evil.example.com",
  "/\\evil.example.com",
  "/\t/evil.example.com",
  "/\n/evil.example.com",
  "\\\\evil.example.com",
  " //evil.example.com",
  "javascript:alert(1)",
  "data:text/html,x",
  "/x/..//evil.example.com",
  "/.//evil.example.com",
  "/%2e//evil.example.com",
])("%j leads to the start and nowhere else", (given) => {
  expect(returnPath(given)).toBe("/");
});

test.each(["/../sign-in", "/sign-in?to=/sign-in", "/./sign-up"])(
  "%s would lead round in a circle",
  (path) => {
    expect(returnPath(path)).toBe("/");
  },
);

test("a value that is given twice leads to the start", () => {
  expect(returnPath(["/activity", "/"])).toBe("/");
});

test("the way back is carried along", () => {
  expect(withReturn("/sign-in", "/")).toBe("/sign-in");
  expect(withReturn("/sign-up", "/activity?a=b")).toBe("/sign-up?to=%2Factivity%3Fa%3Db");
});
