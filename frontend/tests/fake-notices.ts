import { randomUUID } from "node:crypto";
import { createOpenApiHttp } from "openapi-msw";
import type { Notice } from "@/lib/api/client";
import type { paths } from "@/lib/api/schema";
import { server } from "./server";

const http = createOpenApiHttp<paths>({ baseUrl: "http://localhost:3000" });

/** Answer for notices as the backend does, from a list in memory. */
export class FakeNotices {
  items: Notice[] = [];
  /** True when marks are refused. */
  broken = false;

  constructor() {
    server.use(
      http.get("/api/{user_id}/notices", ({ query, response }) => {
        const unread = this.items.filter(({ read_at }) => read_at === null);
        const found = query.get("unread") ? unread : this.items;
        return response(200).json({
          items: found.slice(0, Number(query.get("limit"))),
          unread: unread.length,
          next_cursor: null,
        });
      }),
      http.patch("/api/{user_id}/notices/{notice_id}", async ({ request, params, response }) => {
        if (this.broken) return response.untyped(new Response(null, { status: 503 }));
        const { read } = await request.json();
        const read_at = read ? "2026-02-01T09:00:00Z" : null;
        this.items = this.items.map((each) =>
          each.id === params.notice_id ? { ...each, read_at } : each,
        );
        return response(200).json(this.items.find(({ id }) => id === params.notice_id) as Notice);
      }),
      http.post("/api/{user_id}/notices/read", ({ response }) => {
        this.items = this.items.map((each) => ({ ...each, read_at: "2026-02-01T09:00:00Z" }));
        return response(204).empty();
      }),
    );
  }
}

/** Make a notice as the backend would list it. */
export function makeNotice(given: Partial<Notice> = {}): Notice {
  return {
    id: randomUUID(),
    kind: "reminder",
    task_id: randomUUID(),
    title: "A task",
    remind_at: "2026-02-01T08:00:00Z",
    woken_by: "process",
    created_at: "2026-02-01T08:00:00Z",
    read_at: null,
    ...given,
  };
}
