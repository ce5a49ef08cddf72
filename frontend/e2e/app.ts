import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort, Server } from "./processes";

const FRONTEND = resolve(import.meta.dirname, "..");
const BACKEND = resolve(FRONTEND, "../backend");
const STANDALONE = join(FRONTEND, ".next/standalone/server.js");

/** Take the backend away and bring it back; `pid` tells one process from the next. */
export interface Outage {
  down(): Promise<void>;
  up(): Promise<void>;
  /** Let it take requests and answer none, until it goes down; only where this machine runs it. */
  hang?: () => Promise<void>;
  pid?: () => number;
}

/** The app under test. */
export interface App {
  url: string;
  /** Absent where the app's backend is not ours to stop. */
  outage: Outage | undefined;
  /** Absent where its sidecars are not ours to take away, or where it has none. */
  sidecars: Outage | undefined;
  end(): Promise<void>;
}

/**
 * Look at the app at BASE_URL, or start one.
 *
 * Of an app that runs elsewhere, TODO_E2E_BACKEND_DOWN and TODO_E2E_BACKEND_UP are shell commands
 * that stop and start the backend, TODO_E2E_SIDECARS_DOWN and TODO_E2E_SIDECARS_UP those for its
 * sidecars; without them tests of their absence are skipped.
 *
 * @param clock when an app that is started here believes it is, in UTC.
 */
export async function openApp(clock?: string): Promise<App> {
  const { BASE_URL } = process.env;
  if (!BASE_URL) return startApp(clock);
  return {
    url: BASE_URL.replace(/\/$/, ""),
    outage: commanded("TODO_E2E_BACKEND"),
    sidecars: commanded("TODO_E2E_SIDECARS"),
    end: async () => {},
  };
}

function commanded(name: string): Outage | undefined {
  const { [`${name}_DOWN`]: down, [`${name}_UP`]: up } = process.env;
  if (!down || !up) return undefined;
  const run = async (command: string) => {
    await promisify(execFile)("sh", ["-c", command]);
  };
  return { down: () => run(down), up: () => run(up) };
}

async function startApp(clock?: string): Promise<App> {
  if (!existsSync(STANDALONE)) {
    throw new Error(`there is no ${STANDALONE}; next: npm run build`);
  }
  const folder = mkdtempSync(join(tmpdir(), "todo-e2e-"));
  const [frontendPort, backendPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${frontendPort}`;
  const env = {
    ...process.env,
    TODO_ENVIRONMENT: "test",
    TZ: "UTC",
    DATABASE_URL: `sqlite:///${folder}/todo.db`,
    TODO_HOST: "127.0.0.1",
    TODO_PORT: String(backendPort),
    TODO_BACKEND_URL: `http://127.0.0.1:${backendPort}`,
    BETTER_AUTH_SECRET: "a-secret-of-tests-0123456789abcdef",
    BETTER_AUTH_URL: url,
    BETTER_AUTH_JWKS_URL: `${url}/api/auth/jwks`,
  };
  const at = clock ? (["faketime", "-f", `@${clock}`] as const) : [];
  const python = join(BACKEND, ".venv/bin/python");
  execFileSync(python, ["todo", "migrate"], { cwd: BACKEND, env, stdio: "ignore" });
  const backend = new Server([...at, python, "todo", "serve"], {
    cwd: BACKEND,
    env,
    log: join(folder, "backend.log"),
    probe: `http://127.0.0.1:${backendPort}/api/health/ready`,
  });
  const frontend = new Server([...at, process.execPath, STANDALONE], {
    cwd: FRONTEND,
    env: { ...env, HOSTNAME: "127.0.0.1", PORT: String(frontendPort) },
    log: join(folder, "frontend.log"),
    probe: `${url}/health`,
  });
  await Promise.all([backend.start(), frontend.start()]);
  return {
    url,
    outage: {
      down: () => backend.signal("SIGKILL"),
      up: () => backend.start(),
      hang: () => backend.signal("SIGSTOP"),
      pid: () => backend.pid,
    },
    sidecars: undefined,
    async end() {
      await Promise.all([frontend.signal("SIGKILL"), backend.signal("SIGKILL")]);
      rmSync(folder, { recursive: true });
    },
  };
}
