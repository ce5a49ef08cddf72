import { DatabaseSync } from "node:sqlite";
import { Pool } from "pg";
import { databaseKind } from "./settings.ts";

const CONNECTIONS = 5;
const CONNECT_MS = 5_000;
const QUERY_MS = 10_000;

/**
 * A SQLite file that the backend writes as well.
 *
 * A transaction that reads first and finds that somebody else has written meanwhile cannot go on, nor
 * wait. So it takes the write lock when it begins, as the backend's do.
 */
export class SharedFile extends DatabaseSync {
  override prepare(...[sql, options]: Parameters<DatabaseSync["prepare"]>) {
    return super.prepare(sql === "begin" ? "begin immediate" : sql, options);
  }
}

/** Open the database that a URL of the backend names; PostgreSQL is reached with the first query. */
export function openDatabase(url: string): Pool | DatabaseSync {
  if (databaseKind(url) === "sqlite") {
    return new SharedFile(sqlitePath(url), { timeout: CONNECT_MS });
  }
  const pool = new Pool({
    connectionString: postgresUrl(url),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
  });
  // Without a listener the end of an idle connection, as at each restart of the server, would end
  // this process. The pool itself has already put another in its place.
  pool.on("error", (error) => console.warn(`database: an idle connection ended: ${error.message}`));
  return pool;
}

/** Find the file in SQLAlchemy's spelling: three slashes, then the path. */
export function sqlitePath(url: string): string {
  return url.replace(/^[^:]+:\/\/\//, "").replace(/\?.*$/, "");
}

/**
 * Spell a URL of the backend as node-postgres wants it.
 *
 * Without `uselibpqcompat` it would take sslmode=require for verify-full, and refuse a server that
 * the backend works with.
 */
export function postgresUrl(url: string): string {
  const [address = "", query = ""] = url.replace(/^[^:]+:/, "postgresql:").split("?");
  const options = new URLSearchParams(query);
  const mode = options.get("ssl") ?? options.get("sslmode");
  options.delete("ssl");
  // Known to libpq alone; the backend leaves it out as well.
  options.delete("channel_binding");
  options.delete("sslmode");
  // "allow" and "prefer" promise nothing, and the driver cannot fall back: it asks for no TLS then.
  if (mode !== null && mode !== "allow" && mode !== "prefer") {
    options.set("sslmode", mode);
    options.set("uselibpqcompat", "true");
  }
  return options.size > 0 ? `${address}?${options}` : address;
}
