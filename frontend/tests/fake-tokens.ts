import { randomUUID } from "node:crypto";
import { createOpenApiHttp } from "openapi-msw";
import type { PersonalToken, TokenDraft } from "@/lib/api/client";
import type { paths } from "@/lib/api/schema";
import { server } from "./server";

const http = createOpenApiHttp<paths>({ baseUrl: "http://localhost:3000" });

/** Answer for personal tokens as the backend does, from a list in memory. */
export class FakeTokens {
  asked: TokenDraft[] = [];
  /** What the next changes are refused with, when set. */
  refusal: string | null = null;

  constructor(public items: PersonalToken[] = []) {
    server.use(
      http.get("/api/{user_id}/tokens", ({ response }) =>
        response(200).json({ items: this.items }),
      ),
      http.post("/api/{user_id}/tokens", async ({ request, response }) => {
        if (this.refusal) return response.untyped(refused(this.refusal));
        const draft = await request.json();
        this.asked.push(draft);
        const row = makeTokenRow({ name: draft.name, scope: draft.scope ?? "read" });
        this.items = [row, ...this.items];
        return response(201).json({ ...row, token: `todo_pat_${"x".repeat(43)}` });
      }),
      http.delete("/api/{user_id}/tokens/{token_id}", ({ params, response }) => {
        if (this.refusal) return response.untyped(refused(this.refusal));
        this.items = this.items.filter(({ id }) => id !== params.token_id);
        return response(204).empty();
      }),
    );
  }
}

/** Make a token as the backend would list it. */
export function makeTokenRow(given: Partial<PersonalToken> = {}): PersonalToken {
  return {
    id: randomUUID(),
    name: "Editor",
    prefix: "todo_pat_Zk3q",
    scope: "read",
    created_at: "2026-02-01T08:00:00Z",
    expires_at: "2999-02-01T08:00:00Z",
    last_used_at: null,
    ...given,
  };
}

function refused(detail: string): Response {
  return Response.json({ title: "Refused", status: 409, detail }, { status: 409 });
}
