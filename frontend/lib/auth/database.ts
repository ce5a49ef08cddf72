import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { type ClientBase, type ClientConfig, Pool } from "pg";
import { type DatabaseUrl, parseDatabaseUrl, type SessionAttribute } from "./database-url.ts";
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
  const read = parseDatabaseUrl(url);
  const pool = new Pool({
    ...clientConfig(read),
    max: CONNECTIONS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    ...(read.targetSessionAttrs && {
      onConnect: (client) => refuseWhereNobodyWrites(client, read.targetSessionAttrs),
    }),
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
 * Give the driver the parts of a URL: its own reading of one would take sslmode=require for
 * verify-full, and sslrootcert=system for the name of a file.
 */
export function clientConfig(url: DatabaseUrl): ClientConfig {
  return {
    host: url.host,
    port: url.port,
    user: url.user,
    // Undefined would be looked for in PGPASSWORD and in files.
    password: url.password ?? "",
    database: url.database,
    ssl: tls(url),
    connectionTimeoutMillis: url.connectTimeout === null ? CONNECT_MS : 1000 * url.connectTimeout,
    ...(url.applicationName !== null && { application_name: url.applicationName }),
    ...(url.options !== null && { options: url.options }),
  };
}

function tls({ sslmode, sslrootcert }: DatabaseUrl): ClientConfig["ssl"] {
  // "prefer" promises nothing, and the driver cannot fall back: it asks for no TLS then.
  if (sslmode === "disable" || sslmode === "prefer") return false;
  return {
    rejectUnauthorized: sslmode !== "require",
    ...(sslrootcert !== null && { ca: readFileSync(sslrootcert, "utf8") }),
    ...(sslmode === "verify-ca" && { checkServerIdentity: () => undefined }),
  };
}

/** Do what target_session_attrs asks for, which the driver does not know. */
async function refuseWhereNobodyWrites(client: ClientBase, wanted: SessionAttribute | null) {
  const { rows } = await client.query<{ standby: boolean; readOnly: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::bool AS "readOnly"`,
  );
  if (rows[0]?.standby || (wanted === "read-write" && rows[0]?.readOnly)) {
    throw new Error(`target_session_attrs=${wanted}: this server does not take writes`);
  }
}
