import { type FaultyProxy, type Server, startProxy, startServer } from '@flagledger/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BrowserClient, type BrowserClientOptions, createBrowserClient } from '../../src/browser/index.js';

let server: Server;
let proxy: FaultyProxy;
let clientKey: string;
const open: BrowserClient[] = [];

beforeEach(async () => {
  server = await startServer();
  proxy = await startProxy(server.url);
  clientKey = await server.key('client');
  await server.cli('flag', 'create', 'flip');
  await server.cli('flag', 'on', 'flip', '--env', 'production');
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((client) => client.close()));
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function connect(options: Partial<BrowserClientOptions> = {}): BrowserClient {
  const client = createBrowserClient({
    url: proxy.url,
    clientKey,
    context: { userId: 'u1' },
    logger: { warn() {} },
    requestMs: 300,
    silenceMs: 300,
    ...options,
  });
  open.push(client);
  return client;
}

/** A client that follows the server. */
async function connected(options?: Partial<BrowserClientOptions>): Promise<BrowserClient> {
  const client = connect(options);
  await client.ready;
  await expect.poll(() => client.status().connected).toBe(true);
  expect(client.isEnabled('flip')).toBe(true);
  return client;
}

/** It notices and says so, keeps its answer, and comes back by itself with the newest one. */
async function survives(client: BrowserClient, mend: () => Promise<void>): Promise<void> {
  await expect.poll(() => client.status(), { timeout: 5000 }).toMatchObject({ connected: false, stale: true });
  expect(client.status().error).toBeInstanceOf(Error);
  expect(client.details('flip', false)).toMatchObject({ value: true, stale: true, errorCode: undefined });
  await mend();
  await server.cli('flag', 'off', 'flip', '--env', 'production');
  await expect.poll(() => client.isEnabled('flip', true), { timeout: 20_000 }).toBe(false);
  await expect.poll(() => client.status(), { timeout: 20_000 }).toMatchObject({ connected: true, stale: false });
  expect(client.status().error).toBeUndefined();
}

test('the server dies and comes back', async () => {
  const client = await connected();
  await server.kill();
  await survives(client, async () => {
    await server.start();
  });
});

test('the server is down at the start', async () => {
  proxy.behaviour = 'refuse';
  const client = connect();
  await client.ready;
  expect(client.details('flip', true)).toMatchObject({ value: true, errorCode: 'PROVIDER_NOT_READY', stale: true });
  expect(client.status()).toMatchObject({ ready: false, stale: true });
  proxy.behaviour = 'pass';
  await expect.poll(() => client.isEnabled('flip'), { timeout: 10_000 }).toBe(true);
});

test('a connection that is half open is noticed by its silence', async () => {
  const client = await connected();
  proxy.behaviour = 'swallow';
  await survives(client, async () => {
    proxy.behaviour = 'pass';
  });
});

test('a slow server is not waited for, and used when it answers', async () => {
  proxy.behaviour = 'slow';
  proxy.delayMs = 1000;
  const client = connect();
  await client.ready;
  expect(client.status()).toMatchObject({ ready: false });
  proxy.delayMs = 50;
  await expect.poll(() => client.isEnabled('flip'), { timeout: 10_000 }).toBe(true);
});

test('garbage changes nothing', async () => {
  const client = await connected({ streaming: false, pollIntervalMs: 30 }).catch(async () => {
    const polling = connect({ streaming: false, pollIntervalMs: 30 });
    await polling.ready;
    return polling;
  });
  proxy.behaviour = 'garbage';
  await expect.poll(() => client.status().stale, { timeout: 5000 }).toBe(true);
  expect(client.isEnabled('flip')).toBe(true);
  proxy.behaviour = 'pass';
  await expect.poll(() => client.status().stale, { timeout: 10_000 }).toBe(false);
});

test('a key that is refused is told, and the server left alone', async () => {
  const client = connect({ clientKey: `${clientKey.slice(0, -4)}xxxx` });
  await client.ready;
  expect(client.status().error?.message).toContain('does not accept clientKey');
  const asked = proxy.connections;
  await new Promise((resolve) => setTimeout(resolve, 1500)); // five attempts, at the usual pace
  expect(proxy.connections - asked).toBeLessThanOrEqual(1);
});

test('a clock that jumps does not matter', async () => {
  const client = await connected();
  const real = Date.now.bind(Date);
  for (const jump of [-10 * 365 * 864e5, 10 * 365 * 864e5]) {
    vi.spyOn(Date, 'now').mockImplementation(() => real() + jump);
    proxy.cut();
    await expect.poll(() => client.status().connected, { timeout: 10_000 }).toBe(true);
    await server.cli('flag', jump < 0 ? 'off' : 'on', 'flip', '--env', 'production');
    await expect.poll(() => client.isEnabled('flip')).toBe(jump > 0);
  }
});

test('a closed client answers on, and asks nobody', async () => {
  const client = await connected();
  await client.close();
  const asked = proxy.connections;
  proxy.cut();
  client.track('late');
  await client.setContext({ userId: 'u2' });
  expect(client.isEnabled('flip')).toBe(true);
  expect(proxy.connections).toBe(asked);
});
