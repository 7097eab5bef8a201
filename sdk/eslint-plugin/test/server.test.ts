import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromServer } from '../src/index.js';
import { flags } from './tester.js';

let folder: string;
let file: string;
let server: Server | undefined;
const warnings: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flags-'));
  file = join(folder, 'f.json');
  warnings.length = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, key: string | undefined = 'k') =>
  fromServer({ url, project: 'a shop', key, file, timeoutMs: 300, warn: (m) => warnings.push(m) });

const state = JSON.stringify({ flags });

test('the answer is kept in the file', async () => {
  const url = await serve((req, res) => {
    const ok = req.headers.authorization === 'Bearer k' && req.url === '/api/v1/projects/a%20shop/hygiene';
    res.writeHead(ok ? 200 : 403).end(state);
  });
  expect(await ask(`${url}/`)).toEqual({ file });
  expect(readFileSync(file, 'utf8')).toBe(state);
  expect(warnings).toEqual([]);
});

const failures: [name: string, answer: RequestListener, says: RegExp][] = [
  ['refuses the key', (_, res) => res.writeHead(401).end(), /answered 401/],
  ['is silent', () => {}, /has not answered within 300 ms/],
  ['sends something else', (_, res) => res.end('<html>'), /JSON/],
  ['hangs up', (req) => req.socket.destroy(), /cannot be reached/],
];

test.each(failures)('a server that %s: the file is used, or else the run fails', async (_, answer, says) => {
  const url = await serve(answer);
  await expect(ask(url)).rejects.toThrow(says);
  writeFileSync(file, state);
  expect(await ask(url)).toEqual({ file });
  expect(warnings[0]).toMatch(says);
  expect(warnings[0]).toContain(`using ${file} of 20`);
  expect(readFileSync(file, 'utf8')).toBe(state);
});

test('without a key only the file is used', async () => {
  await expect(ask('http://127.0.0.1:1', '')).rejects.toThrow(/no key for the server, and there is no file/);
});
