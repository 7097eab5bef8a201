import { type Server, startServer } from '@flagledger/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type BrowserClient, type BrowserClientOptions, createBrowserClient } from '../../src/browser/index.js';

let server: Server;
let clientKey: string;
const open: BrowserClient[] = [];

beforeAll(async () => {
  server = await startServer();
  clientKey = await server.key('client');
  await server.cli('flag', 'create', 'engine', '--owner', 'billing');
  await server.cli(
    'flag',
    'set',
    'engine',
    '--env',
    'production',
    '--on',
    '--split',
    'on=50,off=50',
    '--by',
    'accountId',
  );
  await server.cli('flag', 'create', 'limit', '--type', 'number', '--variant', 'low=10', '--variant', 'high=500');
  await server.cli(
    'flag',
    'set',
    'limit',
    '--env',
    'production',
    '--on',
    '--rule',
    'pro: plan in pro => high',
    '--serve',
    'low',
  );
  await server.cli(
    'flag',
    'create',
    'banner',
    '--type',
    'json',
    '--variant',
    'a={"text":"hi"}',
    '--variant',
    'b={"text":"ho"}',
  );
  await server.cli('flag', 'on', 'banner', '--env', 'production');
  await server.cli('flag', 'create', 'flip');
});

afterAll(() => server[Symbol.asyncDispose]());

afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

function connect(options: Partial<BrowserClientOptions> = {}): BrowserClient {
  const client = createBrowserClient({
    url: server.url,
    clientKey,
    context: { userId: 'u1', accountId: 'a1', plan: 'pro' },
    logger: { warn() {} },
    flushIntervalMs: 1e6,
    ...options,
  });
  open.push(client);
  return client;
}

const accepted = async (): Promise<number> => {
  const metrics = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.token}` } });
  const line = (await metrics.text()).match(
    /^flagledger_ingest_items_total\{kind="exposure",outcome="accepted"\} (\d+)/m,
  );
  return Number(line?.[1] ?? 0);
};

test('it answers with the values that the server evaluates, and says why', async () => {
  const client = connect();
  await client.ready;
  expect(client.value('limit', 0)).toBe(500);
  expect(client.variant('limit')).toBe('high');
  expect(client.value('banner', { text: '' })).toEqual({ text: 'hi' });
  expect(client.isEnabled('flip')).toBe(false);
  expect(client.details('limit', 0)).toMatchObject({
    reason: 'TARGETING_MATCH',
    rule: 'pro',
    errorCode: undefined,
    version: expect.stringMatching(/^[1-9]\d*$/),
    stale: false,
  });
  expect(client.peek('engine', false)).toMatchObject({ reason: 'SPLIT', variant: expect.stringMatching(/^(on|off)$/) });
});

test('callers get their defaults with the reason', async () => {
  const client = connect();
  expect(client.details('limit', 7)).toMatchObject({ value: 7, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' });
  await client.ready;
  expect(client.details('nothing', 7)).toMatchObject({ value: 7, errorCode: 'FLAG_NOT_FOUND', variant: undefined });
  expect(client.details('limit', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' });
  expect(client.isEnabled('limit', true)).toBe(true);
  expect(client.value('limit', null)).toBe(500);
});

test('a split without its unit says what is missing', async () => {
  const client = connect({ context: { userId: 'u1' } });
  await client.ready;
  expect(client.details('engine', false)).toMatchObject({ value: false, errorCode: 'TARGETING_KEY_MISSING' });
});

test('a change reaches it at once, and names the flags', async () => {
  const client = connect();
  await client.ready;
  await expect.poll(() => client.status().connected).toBe(true);
  const heard: string[] = [];
  client.subscribe((keys) => heard.push(...keys));
  await server.cli('flag', 'on', 'flip', '--env', 'production');
  await expect.poll(() => client.isEnabled('flip')).toBe(true);
  await server.cli('flag', 'kill', 'flip', '--env', 'production', '--reason', 'test');
  await expect.poll(() => client.isEnabled('flip')).toBe(false);
  expect(new Set(heard)).toEqual(new Set(['flip']));
});

test('without streaming it asks at intervals', async () => {
  const client = connect({ streaming: false, pollIntervalMs: 50 });
  await client.ready;
  await server.cli('flag', 'on', 'flip', '--env', 'production');
  await expect.poll(() => client.isEnabled('flip')).toBe(true);
  expect(client.status()).toMatchObject({ connected: false, stale: false });
  await server.cli('flag', 'off', 'flip', '--env', 'production');
});

test('unchanged answers are not sent again', async () => {
  const statuses: number[] = [];
  const counting: typeof fetch = async (...request) => {
    const response = await fetch(...request);
    statuses.push(response.status);
    return response;
  };
  const client = connect({ streaming: false, pollIntervalMs: 20, fetch: counting });
  await client.ready;
  await expect.poll(() => statuses.length).toBeGreaterThan(3);
  expect(statuses[0]).toBe(200);
  expect(new Set(statuses.slice(1))).toEqual(new Set([304]));
});

test('exposures are reported once, by who shows the flag, and counted', async () => {
  const before = await accepted();
  const client = connect();
  await client.ready;
  client.peek('engine', false);
  await client.flush();
  expect(client.stats().exposures).toBe(0);
  for (let i = 0; i < 5; i++) {
    client.isEnabled('engine');
    client.variant('engine');
  }
  client.value('limit', 0); // no split, no exposure
  client.value('nothing', 0);
  await client.flush();
  expect(client.stats()).toMatchObject({ exposures: 1, accepted: 1, rejected: 0 });
  await expect.poll(accepted).toBe(before + 1);
});

test('events carry the units, and nothing else of the context', async () => {
  const bodies: string[] = [];
  const spying: typeof fetch = (url, init) => {
    if (String(url).endsWith('/events')) {
      bodies.push(String(init?.body));
    }
    return fetch(url, init);
  };
  const client = connect({ fetch: spying });
  await client.ready;
  client.track('invoice_created', { value: 3, attributes: { currency: 'EUR' } });
  client.track('', {});
  await client.flush();
  expect(client.stats()).toMatchObject({ events: 1, accepted: 1, invalid: 1 });
  expect(JSON.parse(bodies[0] ?? '').events).toEqual([
    {
      name: 'invoice_created',
      value: 3,
      attributes: { currency: 'EUR' },
      units: { targetingKey: 'u1', accountId: 'a1' },
      at: expect.any(String),
    },
  ]);
});

test('another context is evaluated anew; the last one given wins', async () => {
  const client = connect();
  await client.ready;
  expect(client.value('limit', 0)).toBe(500);
  const changes = [client.setContext({ userId: 'u2', plan: 'free' })];
  expect(client.value('limit', 0)).toBe(500); // until the new answers are there
  expect(client.context()).toMatchObject({ userId: 'u1' });
  for (let i = 0; i < 10; i++) {
    changes.push(client.setContext({ userId: `u${i}`, plan: i === 9 ? 'free' : 'pro' }));
  }
  await Promise.all(changes);
  expect(client.context()).toEqual({ userId: 'u9', plan: 'free' });
  expect(client.value('limit', 0)).toBe(10);
});

test('a bootstrap answers before any request', async () => {
  const context = { userId: 'u1', plan: 'pro' };
  const flags = [{ key: 'limit', value: 123, variant: 'x', reason: 'STATIC' as const, metadata: { version: '1' } }];
  const client = connect({ context, bootstrap: { context: { plan: 'pro', userId: 'u1' }, flags, revision: '1' } });
  expect(client.value('limit', 0)).toBe(123);
  expect(client.status()).toMatchObject({ ready: true, stale: true });
  await client.ready;
  await expect.poll(() => client.value('limit', 0)).toBe(500);
});

test('a bootstrap for somebody else is not used', async () => {
  const told: string[] = [];
  const bootstrap = { context: { userId: 'somebody' }, flags: [{ key: 'limit', value: 123 }], revision: '1' };
  const client = connect({ bootstrap, logger: { warn: (message) => told.push(message) } });
  expect(client.value('limit', 0)).toBe(0);
  expect(told).toEqual([expect.stringContaining('another context')]);
});

test.each([
  ['url', { url: undefined }],
  ['clientKey', { clientKey: '' }],
  ['clientKey', { clientKey: 'fl_server_abc' }],
  ['context', { context: undefined }],
])('a bad option is refused by name: %s', (name, bad) => {
  const options = { url: server.url, clientKey, context: {}, ...bad } as unknown as BrowserClientOptions;
  expect(() => createBrowserClient(options)).toThrow(`${name} must be`);
});
