import { isIPv6 } from "node:net";

/**
 * One DATABASE_URL, read by strict rules: the same as in backend/database_url.py, which says why.
 * One list of URLs, backend/tests/database_urls.json, tests both.
 */

const SCHEMES = ["postgresql", "postgres", "postgresql+asyncpg"];
const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
const SYSTEM = "system";
const PORT = 5432;
const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?$/;

// Each with the values it accepts, where they are few.
const PARAMETERS = new Map<string, readonly string[]>([
  ["sslmode", [...SSL_MODES, "allow"]],
  ["ssl", [...SSL_MODES, "allow"]],
  ["sslrootcert", []],
  ["connect_timeout", []],
  ["application_name", []],
  ["options", []],
  ["channel_binding", ["disable", "prefer", "require"]],
  ["target_session_attrs", ["any", "read-write", "primary"]],
  ["pgbouncer", ["true", "false"]],
  ["default_query_exec_mode", ["exec", "cache_statement"]],
  ["host", []],
  ["port", []],
]);

export type SslMode = (typeof SSL_MODES)[number];
export type SessionAttribute = "read-write" | "primary";

/** Where a PostgreSQL is, and how it is reached. */
export interface DatabaseUrl {
  user: string;
  /** Null for none. */
  password: string | null;
  /** A name, an address, or the folder of a socket. */
  host: string;
  port: number;
  database: string;
  sslmode: SslMode;
  /** A file of authorities; null for those that are trusted anyway. */
  sslrootcert: string | null;
  /** Seconds; null for the program's own. */
  connectTimeout: number | null;
  applicationName: string | null;
  options: string | null;
  /** Null for any. */
  targetSessionAttrs: SessionAttribute | null;
  /** A pooler gives each transaction a session of somebody else's. */
  isPooled: boolean;
}

/** A URL that is refused: says which part is wrong and what is accepted there, and never a value. */
export class DatabaseUrlError extends Error {
  override name = "DatabaseUrlError";
}

/** Read a URL of PostgreSQL, or throw a DatabaseUrlError that names the part. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const [authority, path, query] = split(text);
  const place = readAuthority(authority);
  const given = readQuery(query);
  if (path === "") refuse("the database name is missing");
  if (path.includes("/")) {
    refuse("a / is in the database name; it is %2F, there and in a password");
  }
  const socket = given.get("host");
  if (socket !== undefined && place.host !== "") {
    refuse("host: there is one before the name of the database already");
  }
  if (socket !== undefined && !socket.startsWith("/")) {
    refuse("host: accepted is the folder of a socket, as %2Frun%2Fpostgres");
  }
  const host = socket ?? place.host;
  if (host === "") refuse("the host is missing");
  if (given.has("port") && place.port !== null)
    refuse("port: there is one behind the host already");
  return {
    user: place.user,
    password: place.password,
    host,
    port: place.port ?? readPort(given.get("port") ?? ""),
    database: decode(path, "the name of the database"),
    ...readTls(given, host),
    connectTimeout: readSeconds(given.get("connect_timeout")),
    applicationName: given.get("application_name") ?? null,
    options: given.get("options") ?? null,
    targetSessionAttrs: readSessionAttribute(given.get("target_session_attrs")),
    isPooled: readPooler(given, host),
  };
}

function refuse(problem: string): never {
  throw new DatabaseUrlError(problem);
}

function split(text: string): [authority: string, path: string, query: string] {
  const end = text.indexOf("://");
  if (end < 0 || !SCHEMES.includes(text.slice(0, end))) {
    refuse(`the scheme is none of ${SCHEMES.join(", ")}`);
  }
  const rest = text.slice(end + 3);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x20\x7f]/.test(rest)) {
    refuse("a space, a tab or a line break is in it; a space is %20");
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(rest)) {
    refuse("a % that two hexadecimal digits do not follow; a % itself is %25");
  }
  if (rest.includes("#")) refuse("a # is in it, which is %23");
  const authority = rest.split(/[/?]/, 1)[0] ?? "";
  const after = rest.slice(authority.length);
  if (after.includes("@"))
    refuse("a /, a ? or an @ is at a wrong place; they are %2F, %3F and %40");
  const [path, query] = cut(after.replace(/^\//, ""), "?");
  return [authority, path, query ?? ""];
}

function readAuthority(text: string) {
  if (text.split("@").length > 2) refuse("user or password hold an @, which is %40");
  const [before, after] = cut(text, "@");
  const [name, secret] = cut(after === null ? "" : before, ":");
  if (secret?.includes(":")) refuse("the password holds a :, which is %3A");
  const user = decode(name, "the user");
  if (user === "") refuse("the user is missing");
  const password = secret === null ? null : decode(secret, "the password");
  return { user, password, ...readPlace(after ?? before) };
}

function readPlace(text: string): { host: string; port: number | null } {
  if (text.includes(",")) refuse("there is more than one host; accepted is one");
  if (text.startsWith("[")) {
    const [, address = "", port] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? [];
    if (address.includes("%") || !isIPv6(address)) {
      refuse("the host is no IPv6 address in brackets, as [2001:db8::1]:5432");
    }
    return { host: address, port: port === undefined ? null : readPort(port) };
  }
  if (text.split(":").length > 2) {
    refuse("an IPv6 address wants brackets, as [2001:db8::1]:5432");
  }
  const [given, port] = cut(text, ":");
  const isSocket = given.toLowerCase().startsWith("%2f");
  if (given !== "" && !isSocket && !HOST.test(given)) {
    refuse("the host is neither a name nor an address");
  }
  const host = isSocket ? decode(given, "the host") : given;
  return { host, port: port === null ? null : readPort(port) };
}

function readPort(text: string): number {
  if (text === "") return PORT;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) refuse("port: accepted is 1 to 65535");
  return port;
}

function readQuery(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text === "" ? [] : text.split("&")) {
    const [name, value] = cut(part, "=");
    const key = decode(name, "a parameter");
    const accepted = PARAMETERS.get(key);
    if (accepted === undefined) {
      const named = /^[A-Za-z_]{1,40}$/.test(key) ? key : "a parameter";
      refuse(`${named}: not known here; known are ${[...PARAMETERS.keys()].join(", ")}`);
    }
    if (found.has(key)) refuse(`${key}: given twice`);
    // Of a + drivers make a plus or a space.
    if (!value || value.includes("+")) {
      refuse(`${key}: empty, or with a + (a plus is %2B, a space %20)`);
    }
    const read = decode(value, key);
    if (accepted.length > 0 && !accepted.includes(read)) {
      refuse(`${key}: accepted is ${accepted.join(", ")}`);
    }
    found.set(key, read);
  }
  return found;
}

function readTls(given: Map<string, string>, host: string) {
  if (given.has("ssl") && given.has("sslmode")) {
    refuse("ssl: given beside sslmode, which is the same");
  }
  const authorities = given.get("sslrootcert");
  const usual = authorities === SYSTEM ? "verify-full" : "prefer";
  const named = given.get("sslmode") ?? given.get("ssl") ?? usual;
  let mode = SSL_MODES.find((each) => each === named) ?? "prefer";
  const isWeak = mode === "disable" || mode === "prefer";
  if (given.get("channel_binding") === "require") {
    if (isWeak) refuse("channel_binding: require wants sslmode=require or verify-full");
    mode = "verify-full";
  }
  if (host.startsWith("/")) {
    if (!isWeak || authorities) {
      refuse("sslmode: a socket has no TLS; accepted is disable, or none");
    }
    return { sslmode: "disable" as SslMode, sslrootcert: null };
  }
  if (authorities && authorities !== SYSTEM && !authorities.startsWith("/")) {
    refuse(`sslrootcert: accepted is ${SYSTEM}, or the whole path of a file`);
  }
  if (authorities === SYSTEM && mode !== "verify-full") {
    refuse(`sslrootcert: ${SYSTEM} wants sslmode=verify-full`);
  }
  if (authorities && isWeak && authorities !== SYSTEM) {
    refuse("sslrootcert: wants sslmode=verify-full or verify-ca");
  }
  if (mode === "verify-ca" && !authorities) {
    refuse("sslmode: verify-ca wants sslrootcert; accepted is verify-full");
  }
  if (mode === "require" && authorities) mode = "verify-ca";
  return {
    sslmode: mode as SslMode,
    sslrootcert: authorities === SYSTEM ? null : (authorities ?? null),
  };
}

function readSeconds(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > 300) refuse("connect_timeout: accepted is 1 to 300 seconds");
  return seconds;
}

function readSessionAttribute(text: string | undefined): SessionAttribute | null {
  return text === "read-write" || text === "primary" ? text : null;
}

function readPooler(given: Map<string, string>, host: string): boolean {
  const asked = given.get("pgbouncer");
  const mode = given.get("default_query_exec_mode");
  if (asked && mode) refuse("default_query_exec_mode: given beside pgbouncer; one is enough");
  if (asked) return asked === "true";
  if (mode) return mode === "exec";
  // Neon's names: ep-cool-name-123456-pooler.eu-central-1.aws.neon.tech.
  return host.split(".")[0]?.endsWith("-pooler") ?? false;
}

/** Cut a text in two at the first mark; the second half is null where there is no mark. */
function cut(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}

function decode(text: string, where: string): string {
  let value = "";
  try {
    value = decodeURIComponent(text);
  } catch {
    refuse(`${where}: what is encoded with % is not UTF-8`);
  }
  if (value.includes("\0")) refuse(`${where}: %00 is in it`);
  return value;
}
