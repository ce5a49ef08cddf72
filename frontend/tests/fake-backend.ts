import { randomUUID } from "node:crypto";
import { createOpenApiHttp } from "openapi-msw";
import type { ActivityEntry, Task } from "@/lib/api/client";
import type { components, paths } from "@/lib/api/schema";
import { FakeNotices } from "./fake-notices";
import { server } from "./server";

type Problem = components["schemas"]["Problem"];
type Method = "GET" | "POST" | "PATCH" | "DELETE";

const USER = "dev-user";
const TASKS = "/api/{user_id}/tasks";
const ACTIVITY = "/api/{user_id}/activity";
const TASK = "/api/{user_id}/tasks/{task_id}";

// Bound to the generated types: an answer the API does not document does not compile.
const http = createOpenApiHttp<paths>({ baseUrl: "http://localhost:3000" });

/**
 * Answer as the backend does, from a list in memory.
 *
 * `refuse` makes the next requests of a method fail, `hold` keeps answers back until released.
 */
export class FakeBackend {
  tasks: Task[];
  activity: ActivityEntry[] = [];
  readonly notices = new FakeNotices();
  readonly seen: {
    method: string;
    path: string;
    search: URLSearchParams;
    ifMatch: string | null;
  }[] = [];
  #refusals = new Map<string, Problem[]>();
  #gate: Promise<void> = Promise.resolve();

  constructor(
    tasks: Task[] = [],
    readonly pageSize = 50,
  ) {
    this.tasks = tasks;
    server.use(...this.#handlers());
  }

  refuse(method: Method, problem: Partial<Problem> = {}, times = 1): void {
    const full = { ...UNAVAILABLE, ...problem };
    this.#refusals.set(method, Array(times).fill(full));
  }

  /** Keep every answer back; the returned function lets them go. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  async #refusal(request: Request): Promise<Response | undefined> {
    this.seen.push({
      method: request.method,
      path: new URL(request.url).pathname,
      search: new URL(request.url).searchParams,
      ifMatch: request.headers.get("If-Match"),
    });
    await this.#gate;
    const problem = this.#refusals.get(request.method)?.shift();
    return problem && problemResponse(problem);
  }

  #page<T>(found: readonly T[], cursor: string | null) {
    const start = Number(cursor ?? 0);
    const end = start + this.pageSize;
    return {
      items: found.slice(start, end),
      next_cursor: end < found.length ? String(end) : null,
    };
  }

  #handlers() {
    return [
      http.get("/api/me", async ({ request, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        return response(200).json({ id: USER, name: "Developer" });
      }),
      http.get(TASKS, async ({ request, query, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        const found = this.tasks.filter((task) => isWanted(task, new URL(request.url)));
        return response(200).json(this.#page(found, query.get("cursor")));
      }),
      http.get(ACTIVITY, async ({ request, query, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        return response(200).json(this.#page(this.activity, query.get("cursor")));
      }),
      http.post(TASKS, async ({ request, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        const task = makeTask(await request.json());
        this.tasks = [task, ...this.tasks];
        return response(201).json(task);
      }),
      http.get(TASK, async ({ request, params, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        const task = this.tasks.find(({ id }) => id === params.task_id);
        if (!task) return response.untyped(problemResponse(MISSING));
        return response(200).json(task);
      }),
      http.patch(TASK, async ({ request, params, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        const task = this.tasks.find(({ id }) => id === params.task_id);
        if (!task) return response.untyped(problemResponse(MISSING));
        const expected = request.headers.get("If-Match");
        if (expected !== null && expected !== `"${task.version}"`) {
          return response.untyped(problemResponse(STALE));
        }
        const changed: Task = { ...task, ...(await request.json()), version: task.version + 1 };
        this.tasks = this.tasks.map((other) => (other === task ? changed : other));
        return response(200).json(changed);
      }),
      http.delete(TASK, async ({ request, params, response }) => {
        const refusal = await this.#refusal(request);
        if (refusal) return response.untyped(refusal);
        if (!this.tasks.some(({ id }) => id === params.task_id)) {
          return response.untyped(problemResponse(MISSING));
        }
        this.tasks = this.tasks.filter(({ id }) => id !== params.task_id);
        return response(204).empty();
      }),
    ];
  }
}

/** Tell whether a task meets every condition of a list's address. */
function isWanted(task: Task, { searchParams }: URL): boolean {
  const get = (name: string) => searchParams.get(name);
  const status = get("status") ?? "all";
  const due = task.due_at ?? "";
  return (
    (status === "all" || task.completed === (status === "done")) &&
    task.title.toLowerCase().includes((get("q") ?? "").toLowerCase()) &&
    (get("priority") ?? task.priority) === task.priority &&
    (get("tag") === null || task.tags.includes(get("tag") ?? "")) &&
    (get("due_before") === null || (due !== "" && due < (get("due_before") ?? ""))) &&
    (get("due_after") === null || due > (get("due_after") ?? ""))
  );
}

/** Make a task as the backend would store it. */
export function makeTask(given: Partial<Task> = {}): Task {
  return {
    id: randomUUID(),
    title: "A task",
    description: null,
    completed: false,
    completed_at: null,
    due_at: null,
    remind_at: null,
    reminded_at: null,
    priority: "normal",
    tags: [],
    version: 1,
    created_at: "2026-02-01T08:00:00Z",
    updated_at: "2026-02-01T08:00:00Z",
    ...given,
  };
}

/** Make an entry of activity as the backend would list it. */
export function makeEntry(given: Partial<ActivityEntry> = {}): ActivityEntry {
  return {
    id: randomUUID(),
    position: 1,
    type: "com.todo.task.created",
    task_id: randomUUID(),
    sequence: 1,
    title: "A task",
    changed: [],
    occurred_at: "2026-02-01T08:00:00Z",
    ...given,
  };
}

const UNAVAILABLE: Problem = {
  type: "urn:todo:problem:database-unavailable",
  title: "The database is away",
  status: 503,
  detail: "The tasks cannot be reached right now.",
};
const MISSING: Problem = {
  type: "urn:todo:problem:task-not-found",
  title: "Task not found",
  status: 404,
  detail: "There is no such task.",
};
const STALE: Problem = {
  type: "urn:todo:problem:version-mismatch",
  title: "The task has changed",
  status: 412,
  detail: "Someone changed this task since you read it.",
};

function problemResponse(problem: Problem): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: { "Content-Type": "application/problem+json" },
  });
}
