import { accessSync, constants } from "node:fs";
import { isIP } from "node:net";
import { DatabaseUrlError, parseDatabaseUrl } from "./database-url.ts";

/** The settings of sign-in, read from the environment. */
export interface AuthSettings {
  /** The database the backend uses too, as SQLAlchemy spells it. */
  databaseUrl: string;
  /** Signs cookies and encrypts the private keys in the database. */
  secret: string;
  /** The address people reach the app at; also the issuer of every token. */
  url: string;
  /** Further origins the same app answers at. */
  trustedOrigins: string[];
  /** Proxies whose word about a client's address counts, beside the one right in front. */
  trustedProxies: string[];
}

/** Wrong settings, for which the server refuses to start: one line a variable, with what is accepted and what to run. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

type Environment = Readonly<Record<string, string | undefined>>;

// Whatever else it is called, people are served there: a new place needs no change here, and a name
// that was mistyped gets the strict rules.
const DEVELOPMENT_ENVIRONMENTS = ["local", "test"];
const ENVIRONMENT_NAME = /^[a-z][a-z0-9-]{0,30}$/;
const MINIMUM_SECRET_LENGTH = 32;

// The backend's own default, seen from this folder, and the address of `npm run dev`.
const DEVELOPMENT_DEFAULTS = {
  DATABASE_URL: "sqlite:///../backend/todo.db",
  BETTER_AUTH_URL: "http://127.0.0.1:3000",
  BETTER_AUTH_TRUSTED_ORIGINS: "http://localhost:3000",
};

// What each variable accepts, and a command that sets it: the second half of every error.
const HELP = {
  TODO_ENVIRONMENT: [
    "local or test, or another name in small letters, digits and dashes, such as oke",
    "export TODO_ENVIRONMENT=local",
  ],
  DATABASE_URL: [
    "postgresql://user:password@host:5432/name, or, in local and test only, sqlite:///path/to/file",
    "export DATABASE_URL=postgresql://todo:PASSWORD@HOST:5432/todo",
  ],
  BETTER_AUTH_SECRET: [
    `at least ${MINIMUM_SECRET_LENGTH} characters of random text`,
    'export BETTER_AUTH_SECRET="$(openssl rand -hex 32)"',
  ],
  BETTER_AUTH_URL: [
    "http(s)://host[:port], the address people open, without a path",
    "export BETTER_AUTH_URL=https://todo.example.com",
  ],
  BETTER_AUTH_TRUSTED_ORIGINS: [
    "http(s)://host[:port], further ones after commas, or nothing",
    "unset BETTER_AUTH_TRUSTED_ORIGINS",
  ],
  TODO_TRUSTED_PROXIES: [
    "addresses or networks such as 10.0.0.0/24, further ones after commas, or nothing",
    "unset TODO_TRUSTED_PROXIES",
  ],
} as const;

type Variable = keyof typeof HELP;

/**
 * Read the settings, or throw a SettingsError naming each wrong variable.
 *
 * Values are never repeated: a database URL holds a password.
 */
export function readSettings(given: Environment): AuthSettings {
  const problems: string[] = [];
  const refuse = (variable: Variable, problem: string) => {
    const [accepted, command] = HELP[variable];
    problems.push(`${variable}: ${problem}. Accepted: ${accepted}. Next: ${command}`);
  };
  const environment = given.TODO_ENVIRONMENT || "local";
  const development = DEVELOPMENT_ENVIRONMENTS.includes(environment);
  const value = (variable: Exclude<Variable, "TODO_ENVIRONMENT">): string => {
    const fallback = variable in DEVELOPMENT_DEFAULTS && development;
    return (
      given[variable] ||
      (fallback ? DEVELOPMENT_DEFAULTS[variable as keyof typeof DEVELOPMENT_DEFAULTS] : "")
    );
  };

  if (!ENVIRONMENT_NAME.test(environment)) refuse("TODO_ENVIRONMENT", "no name of an environment");

  const databaseUrl = value("DATABASE_URL");
  const kind = databaseKind(databaseUrl);
  if (kind === null) {
    refuse("DATABASE_URL", databaseUrl ? "neither PostgreSQL nor a SQLite file" : "unset");
  } else if (kind === "sqlite" && !development) {
    refuse("DATABASE_URL", `SQLite, which environment ${environment} refuses`);
  } else if (kind === "postgresql") {
    const problem = databaseUrlProblem(databaseUrl);
    if (problem !== null) refuse("DATABASE_URL", problem);
  }

  const secret = value("BETTER_AUTH_SECRET");
  if (secret.length < MINIMUM_SECRET_LENGTH || new Set(secret).size < 8) {
    refuse("BETTER_AUTH_SECRET", secret ? "short or easy to guess" : "unset");
  }

  const url = value("BETTER_AUTH_URL");
  const origin = originOf(url);
  if (origin === null) refuse("BETTER_AUTH_URL", url ? "not an origin" : "unset");

  const origins = list(value("BETTER_AUTH_TRUSTED_ORIGINS")).map(originOf);
  if (origins.includes(null)) refuse("BETTER_AUTH_TRUSTED_ORIGINS", "not a list of origins");

  const trustedProxies = list(value("TODO_TRUSTED_PROXIES"));
  if (!trustedProxies.every(isNetwork)) {
    refuse("TODO_TRUSTED_PROXIES", "not a list of addresses or networks");
  }

  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  return {
    databaseUrl,
    secret,
    url: origin ?? "",
    trustedOrigins: origins.filter((each) => each !== null),
    trustedProxies,
  };
}

/** Tell which database a URL of the backend means; null when it means none. */
export function databaseKind(url: string): "postgresql" | "sqlite" | null {
  if (/^sqlite(\+aiosqlite)?:\/\/\/./.test(url)) return "sqlite";
  return /^postgres(ql(\+asyncpg)?)?:\/\//.test(url) ? "postgresql" : null;
}

function databaseUrlProblem(url: string): string | null {
  try {
    const { sslrootcert } = parseDatabaseUrl(url);
    if (sslrootcert !== null) accessSync(sslrootcert, constants.R_OK);
    return null;
  } catch (error) {
    if (error instanceof DatabaseUrlError) return error.message;
    return "sslrootcert: the file cannot be read; accepted is system, or the whole path of a file";
  }
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

function originOf(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return null;
  // Spelled out, so that a path, a query or a password is not dropped in silence.
  return url.href === `${url.origin}/` ? url.origin : null;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  return (
    version !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most))
  );
}
