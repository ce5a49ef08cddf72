import createClient, { type Middleware } from "openapi-fetch";
import { ApiProblem, readProblem, unreachable } from "./problem";
import type { components, paths } from "./schema";

export type Task = components["schemas"]["TaskRead"];
export type TaskPage = components["schemas"]["TaskPage"];
export type ActivityEntry = components["schemas"]["ActivityRead"];
export type ActivityPage = components["schemas"]["ActivityPage"];
export type Notice = components["schemas"]["NoticeRead"];
export type NoticePage = components["schemas"]["NoticePage"];
export type Conversation = components["schemas"]["ConversationRead"];
export type ConversationDetail = components["schemas"]["ConversationDetail"];
export type ConversationPage = components["schemas"]["ConversationPage"];
export type Message = components["schemas"]["MessageRead"];
export type ToolUse = components["schemas"]["ToolUse"];
export type PersonalToken = components["schemas"]["PersonalTokenRead"];
export type MadeToken = components["schemas"]["PersonalTokenMade"];
export type TokenDraft = components["schemas"]["PersonalTokenCreate"];
export type User = components["schemas"]["UserRead"];
export type Draft = components["schemas"]["TaskCreate"];
export type Changes = components["schemas"]["TaskPatch"];
export type Status = components["schemas"]["Status"];
export type Priority = components["schemas"]["Priority"];

type Send = (request: Request) => Promise<Response>;

let send: Send = (request) => globalThis.fetch(request);

/** Send every request from now on by a function of the caller, such as one that signs it. */
export function sendWith(given: Send): void {
  send = given;
}

const failuresAreProblems: Middleware = {
  onError: ({ error }) => (error instanceof ApiProblem ? error : unreachable(error)),
  onResponse: async ({ response }) => {
    if (!response.ok) throw await readProblem(response);
  },
};

/**
 * Typed client of the backend: paths, arguments and answers come from its OpenAPI document.
 *
 * Every call either gives the documented answer or throws an `ApiProblem`.
 */
export const api = createClient<paths>({
  // A full address, because Node's fetch (in tests) knows no page to resolve "/" against.
  baseUrl: typeof window === "undefined" ? "" : window.location.origin,
  fetch: (request) => send(request),
});
api.use(failuresAreProblems);

/** Insist on the content of an answer that was good. */
export function present<T>(data: T | undefined): T {
  if (data === undefined) throw new Error("The server gave an empty answer. Reload the page.");
  return data;
}
