import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, type Server, startServer } from '@flagledger/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = join(root, 'sdk', 'node');

let server: Server;
let sdkKey = '';
beforeAll(async () => {
  if (!existsSync(join(folder, 'dist'))) {
    throw new Error('sdk/node/dist is missing: run "make sdk" first');
  }
  server = await startServer({ args: ['--metrics-open'] });
  sdkKey = await server.key('server');
  await server.cli('flag', 'create', 'known');
  await server.cli('flag', 'on', 'known', '--env', 'production');
});
afterAll(() => server[Symbol.asyncDispose]());

/** Runs a program that has the built package, and returns what it printed and how it ended. */
async function run(kind: 'module' | 'commonjs', program: string, url = server.url) {
  const env = { ...process.env, URL_: url, KEY: sdkKey };
  const args = [`--input-type=${kind}`, '--eval', program];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk;
    });
  }
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...end) => resolve(end)),
  );
  clearTimeout(killer);
  return { code, signal, out };
}

const create = `createFlagClient({ url: process.env.URL_, sdkKey: process.env.KEY, initTimeoutMs: 500,
  logger: { info() {}, warn() {}, error() {} } })`;

describe('a process', () => {
  it('waits for ready and ends although its client is open', async () => {
    const program = `import { createFlagClient } from '@flagledger/node';
      const client = ${create};
      const { ready } = await client.ready;
      console.log(ready, client.isEnabled('known'));`;
    expect(await run('module', program)).toEqual({ code: 0, signal: null, out: 'true true\n' });
  });

  it('ends when no server answers', async () => {
    const program = `import { createFlagClient } from '@flagledger/node';
      const client = ${create};
      const { ready } = await client.ready;
      console.log(ready, client.isEnabled('known'));`;
    expect(await run('module', program, 'http://127.0.0.1:9')).toEqual({ code: 0, signal: null, out: 'false false\n' });
  });

  it('loads the package as CommonJS, and stays until close has delivered', async () => {
    const program = `const { createFlagClient } = require('@flagledger/node');
      const client = ${create};
      client.track('signup', { context: { userId: 'u1' } });
      client.close().then(() => console.log(client.stats().accepted));`;
    expect(await run('commonjs', program)).toEqual({ code: 0, signal: null, out: '1\n' });
  });
});
