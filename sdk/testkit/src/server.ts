import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a server is started. */
export interface ServerOptions {
  /** Data folder to use and to keep; a temporary one by default. */
  data?: string;
  /** Address to listen at; a free port of loopback by default. */
  listen?: string;
  /** More arguments for `flagledger serve`. */
  args?: string[];
}

/** The top folder of the project: this file runs from its sources and from its build. */
export const root = (function up(dir: string): string {
  return existsSync(join(dir, 'go.mod')) ? dir : up(dirname(dir));
})(import.meta.dirname);

/** What `make build` makes. */
export const binary = join(root, 'bin', 'flagledger');

/**
 * A real flagledger server in a process of its own, on loopback. It speaks for
 * an administrator: tests change flags through it as the CLI would.
 */
export class Server {
  readonly data: string;
  /** Where it answers, "http://127.0.0.1:40123". */
  url = '';
  /** An admin token. */
  token = '';
  readonly #options: ServerOptions;
  #process: ChildProcess | undefined;
  #log = '';

  constructor(options: ServerOptions = {}) {
    this.#options = options;
    this.data = options.data ?? mkdtempSync(join(tmpdir(), 'flagledger-test-'));
  }

  /** Starts the process and waits until it is ready; after `stop` or `kill` at the same address. */
  async start(): Promise<this> {
    if (!existsSync(binary)) {
      throw new Error('bin/flagledger is missing: run "make build" first');
    }
    rmSync(join(this.data, 'cli.json'), { force: true }); // of an earlier process: its port is gone
    const listen = this.url ? this.url.replace('http://', '') : (this.#options.listen ?? '127.0.0.1:0');
    const args = ['serve', '--data', this.data, '--listen', listen, ...(this.#options.args ?? [])];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    for (const out of [child.stdout, child.stderr]) {
      out.on('data', (chunk) => {
        this.#log = (this.#log + chunk).slice(-100_000);
      });
    }
    for (let i = 0; i < 3000; i++) {
      if (child.exitCode !== null) {
        throw new Error(`the server ended while starting:\n${this.#log}`);
      }
      if (this.#readCLI() && (await this.#isReady())) {
        return this;
      }
      await sleep(20);
    }
    throw new Error(`the server is not ready:\n${this.#log}`);
  }

  #readCLI(): boolean {
    try {
      const cli = JSON.parse(readFileSync(join(this.data, 'cli.json'), 'utf8'));
      this.url = cli.server;
      this.token = cli.token;
      return Boolean(cli.server);
    } catch {
      return false; // not written yet
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** What the process has printed lately. */
  log(): string {
    return this.#log;
  }

  /** Asks the process to end, and waits for it. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends the process as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops it and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    if (this.#options.data === undefined) {
      rmSync(this.data, { recursive: true, force: true });
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  /** Sends a request of the admin API and returns the answer; throws if it is not a success. */
  async call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    }
    return text ? JSON.parse(text) : {};
  }

  /** Makes an SDK key for an environment of the project "default". */
  async key(kind: 'server' | 'client', environment = 'production'): Promise<string> {
    return (await this.cli('token', 'create', `test-${kind}`, '--kind', kind, '--env', environment)).trim();
  }

  /** Runs the CLI with the administrator's rights; returns what it prints. */
  async cli(...args: string[]): Promise<string> {
    const env = { ...process.env, FLAGLEDGER_SERVER: this.url, FLAGLEDGER_TOKEN: this.token };
    const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) {
      throw new Error(`flagledger ${args.join(' ')}: exit ${code}\n${err}${out}`);
    }
    return out;
  }
}

/** Starts a server; `await using` ends it and removes its data. */
export async function startServer(options?: ServerOptions): Promise<Server> {
  const server = new Server(options);
  try {
    return await server.start();
  } catch (err) {
    await server[Symbol.asyncDispose]();
    throw err;
  }
}
