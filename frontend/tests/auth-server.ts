import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { decodeJwt } from "jose";
import { authOptions } from "@/lib/auth/options";
import type { AuthSettings } from "@/lib/auth/settings";

export const ORIGIN = "https://todo.example.com";
export const PERSON = { name: "Ann", email: "ann@example.com", password: "correct horse" };

interface Call {
  body?: unknown;
  cookie?: string;
  headers?: Record<string, string>;
}

/** Sign-in as the app configures it, on a database of its own. */
export class AuthServer {
  readonly database: DatabaseSync;
  readonly #handle: (request: Request) => Promise<Response>;

  private constructor(database: DatabaseSync, options: ReturnType<typeof authOptions>) {
    this.database = database;
    this.#handle = betterAuth({ ...options, logger: { disabled: true } }).handler;
  }

  /** Start with given settings, on an empty database or one that another server used before. */
  static async start(given: Partial<AuthSettings> = {}, database = new DatabaseSync(":memory:")) {
    const settings: AuthSettings = {
      databaseUrl: "",
      secret: "a-secret-of-tests-0123456789abcdef",
      url: ORIGIN,
      trustedOrigins: [],
      trustedProxies: [],
      ...given,
    };
    const options = authOptions(settings, database);
    await (await getMigrations(options)).runMigrations();
    return new AuthServer(database, options);
  }

  /** Send a request as a browser does: with a body it is a POST. */
  call(path: string, { body, cookie, headers }: Call = {}): Promise<Response> {
    return this.#handle(
      new Request(`${ORIGIN}/api/auth${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          "x-forwarded-for": "203.0.113.7",
          ...(body !== undefined && { "content-type": "application/json", origin: ORIGIN }),
          ...(cookie !== undefined && { cookie }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  }

  /** Sign a person up and return the cookie that the browser would hold. */
  async signUp(person: object = PERSON): Promise<string> {
    const response = await this.call("/sign-up/email", { body: person });
    if (!response.ok) throw new Error(await response.text());
    return cookieOf(response);
  }

  /** Ask for a token and return what it claims. */
  async claims(cookie: string) {
    return decodeJwt(await this.token(cookie));
  }

  async token(cookie: string): Promise<string> {
    const response = await this.call("/token", { cookie });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return ((await response.json()) as { token: string }).token;
  }

  /** The ids of the keys that are published. */
  async keyIds(): Promise<string[]> {
    const { keys } = (await (await this.call("/jwks")).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  }
}

export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
