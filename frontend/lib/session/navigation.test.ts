// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { leaveForSignIn } from "./navigation";

test.each([
  ["/", "/sign-in"],
  ["/activity?a=b", "/sign-in?to=%2Factivity%3Fa%3Db"],
])("whoever has to sign in on %s is sent to %s", (here, there) => {
  const assign = vi.fn();
  vi.stubGlobal("location", Object.assign(new URL(here, "http://localhost:3000"), { assign }));
  leaveForSignIn();
  expect(assign).toHaveBeenCalledExactlyOnceWith(there);
});
