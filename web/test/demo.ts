import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary, type Server } from '@flagledger/testkit';

/** Demo is "flagledger demo": a server with traffic, and a bad release that rolls itself back. */
export class Demo implements AsyncDisposable {
  server: Pick<Server, 'url' | 'token'> = { url: '', token: '' };
  readonly #data = mkdtempSync(join(tmpdir(), 'flagledger-demo-'));
  readonly #process: ChildProcess;

  private constructor(rate: number) {
    this.#process = spawn(binary, ['demo', '--data', this.#data, '--listen', '127.0.0.1:0', '--rate', String(rate)], {
      stdio: 'ignore',
    });
  }

  /** Starts one with so many invoices a second. */
  static async start(rate: number): Promise<Demo> {
    const demo = new Demo(rate);
    for (let i = 0; i < 500; i++) {
      await sleep(50);
      if (demo.#signIn()) return demo;
    }
    await demo[Symbol.asyncDispose]();
    throw new Error('the demo has not started');
  }

  #signIn(): boolean {
    try {
      const cli = JSON.parse(readFileSync(join(this.#data, 'cli.json'), 'utf8')) as { server: string; token: string };
      this.server = { url: cli.server, token: cli.token };
      return true;
    } catch {
      return false; // not written yet
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await ended;
    rmSync(this.#data, { recursive: true, force: true });
  }
}
