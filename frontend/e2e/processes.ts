import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 120_000;

/** A server that a test may stop and start again. */
export class Server {
  #process: ChildProcess | undefined;

  constructor(
    readonly argv: readonly string[],
    readonly options: { cwd: string; env: NodeJS.ProcessEnv; log: string; probe: string },
  ) {}

  /** The process that answers now; another one after each start. */
  get pid(): number {
    if (this.#process?.pid === undefined) throw new Error(`${this.argv.join(" ")} does not run`);
    return this.#process.pid;
  }

  /** Start it and wait until it answers. */
  async start(): Promise<void> {
    const [command = "", ...rest] = this.argv;
    const { cwd, env, log, probe } = this.options;
    const started = spawn(command, rest, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const file = createWriteStream(log, { flags: "a" });
    started.stdout.pipe(file);
    started.stderr.pipe(file);
    this.#process = started;
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await answers(probe))) {
      if (started.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${this.argv.join(" ")} does not answer at ${probe}; see ${log}`);
      }
      await pause(100);
    }
  }

  /** Send a signal; one that ends the process is waited for. */
  async signal(name: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(name);
    if (name === "SIGKILL" || name === "SIGTERM") await once(running, "exit");
  }
}

/** Find a port nobody listens at. */
export async function freePort(): Promise<number> {
  const listening = createServer().listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  listening.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
