import { createAuthClient } from "better-auth/client";

/** Better Auth's client: signing up, in and out. A refusal is an answer, not an error. */
export const authClient = createAuthClient({
  basePath: "/api/auth",
  // Looked up for each call, so that a fetch put in place later is the one used.
  fetchOptions: { customFetchImpl: (input, init) => globalThis.fetch(input, init) },
});
