import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const app = join(import.meta.dirname, '..');
const next = createRequire(import.meta.url).resolve('next/dist/bin/next');

/** Builds the application as `next build` does; throws what it printed if it fails. */
export async function build(): Promise<void> {
  const { child, output } = run(['build']);
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    throw new Error(`next build: exit ${code}\n${output()}`);
  }
}

/** The built application, serving in a process of its own. */
export class Web implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Serves on a free port of loopback. */
  static async start(settings: Record<string, string>): Promise<Web> {
    const { child, output } = run(['start', '--hostname', '127.0.0.1', '--port', '0'], settings);
    for await (const _ of child.stdout ?? []) {
      const port = /http:\/\/127\.0\.0\.1:(\d+)[\s\S]*Ready/.exec(output())?.[1];
      if (port) {
        child.stdout?.resume(); // what nobody reads fills the pipe, and stops the process
        return new Web(`http://127.0.0.1:${port}`, child);
      }
    }
    throw new Error(`next start:\n${output()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
  }
}

function run(args: string[], settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [next, ...args], {
    cwd: app,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text = (text + chunk).slice(-20_000);
    });
  }
  return { child, output: () => text };
}
