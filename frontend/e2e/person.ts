import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type APIRequestContext, type Browser, type Page, request } from "@playwright/test";
import type { Draft, Task } from "../lib/api/client";

type State = Awaited<ReturnType<APIRequestContext["storageState"]>>;

const PASSWORD = "correct horse battery staple";
const TRY_AGAIN_MS = 7_000;

/** Somebody who uses the app: their windows, and their tasks without a window. */
export class Person {
  readonly password = PASSWORD;
  readonly #requests: APIRequestContext;
  readonly #cookies: State;

  private constructor(
    readonly id: string,
    readonly url: string,
    readonly email: string,
    readonly from: Record<string, string>,
    requests: APIRequestContext,
    cookies: State,
  ) {
    this.#requests = requests;
    this.#cookies = cookies;
  }

  /**
   * Let somebody new use the app.
   *
   * With `sign-in.spec.ts` the one place that knows how people do so.
   */
  static async signIn(url: string): Promise<Person> {
    const from = { "x-forwarded-for": someAddress() };
    const extraHTTPHeaders = { origin: url, ...from };
    const requests = await request.newContext({ baseURL: url, extraHTTPHeaders });
    const email = `${randomUUID()}@example.com`;
    const data = { name: "Ann", email, password: PASSWORD };
    let answer = await requests.post("/api/auth/sign-up/email", { data });
    // To a gateway all tests come from one address, which may sign up ten people a minute.
    while (answer.status() === 429) {
      await pause(TRY_AGAIN_MS);
      answer = await requests.post("/api/auth/sign-up/email", { data });
    }
    if (!answer.ok()) throw new Error(`sign-up: ${await answer.text()}`);
    const { user } = await answer.json();
    return new Person(user.id, url, email, from, requests, await requests.storageState());
  }

  /** Open a window on a device of its own, signed in. */
  async window(
    browser: Browser,
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<Page> {
    const context = await browser.newContext({
      baseURL: this.url,
      storageState: this.#cookies,
      extraHTTPHeaders: this.from,
      ...options,
    });
    return context.newPage();
  }

  /** Add a task from nowhere, as another program would. */
  async add(draft: Draft): Promise<Task> {
    return this.#call("POST", "tasks", draft);
  }

  async change(task: Task, changes: Partial<Task>): Promise<Task> {
    return this.#call("PATCH", `tasks/${task.id}`, changes);
  }

  /** Everything the backend has stored for this person, the oldest first. */
  async tasks(): Promise<Task[]> {
    const page = await this.#call<{ items: Task[] }>("GET", "tasks?sort=created_at");
    return page.items;
  }

  async leave(): Promise<void> {
    await this.#requests.dispose();
  }

  async #call<T>(method: string, path: string, data?: object): Promise<T> {
    const { token } = await (await this.#requests.get("/api/auth/token")).json();
    const response = await this.#requests.fetch(`/api/${this.id}/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      ...(data && { data }),
    });
    if (!response.ok()) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}

/** An address of a network that is nobody's, so that nobody is stopped for signing up too often. */
export function someAddress(): string {
  const part = () => Math.floor(Math.random() * 256);
  return `198.${18 + (part() % 2)}.${part()}.${part()}`;
}
