import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { binary, home } from './place.js';

const START_MS = 20_000;
const LOOK_MS = 25;

/** A flagledger server of the example's own. It begins empty, as the company does, at each start. */
export class Ledger {
  /** Its data folder, where the command line finds its address and token. */
  readonly data = join(home, 'dist', 'ledger');
  url = '';
  token = '';
  #process: ChildProcess | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #said = '';

  /** Starts the server at a free port and waits until it is ready. */
  async start(): Promise<void> {
    if (!existsSync(binary)) {
      throw new Error('bin/flagledger is missing: run "make build" first');
    }
    rmSync(this.data, { recursive: true, force: true });
    const args = ['serve', '--data', this.data, '--listen', '127.0.0.1:0', '--log-level', 'warn'];
    // Detached, so that Ctrl-C reaches the application first: it has events to report.
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#process = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (chunk) => {
        this.#said = (this.#said + chunk).slice(-4000);
      });
    }
    for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
      if (child.exitCode !== null) {
        break;
      }
      if (await this.#isReady()) {
        return;
      }
      await wait(LOOK_MS);
    }
    await this.stop();
    throw new Error(`flagledger has not started:\n${this.#said}`);
  }

  async #isReady(): Promise<boolean> {
    try {
      const { server, token } = JSON.parse(readFileSync(join(this.data, 'cli.json'), 'utf8'));
      this.url = server;
      this.token = token;
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false; // not yet
    }
  }

  /** Ends the server and waits for it. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
    }
    await this.#ended;
  }
}
