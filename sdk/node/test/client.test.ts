import { type Server, startServer } from '@flagledger/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlagClient, type FlagClient } from '../src/index.js';
import { heard } from './heard.js';

let server: Server;
let sdkKey = '';
beforeAll(async () => {
  server = await startServer();
  sdkKey = await server.key('server');
  await server.cli('flag', 'create', 'known');
  await server.cli('flag', 'on', 'known', '--env', 'production');
  await server.cli('flag', 'create', 'limit', '--type', 'number', '--variant', 'low=10', '--variant', 'high=500');
  await server.cli(
    'flag',
    'create',
    'theme',
    '--type',
    'json',
    '--variant',
    'a={"color":"red"}',
    '--variant',
    'b=["x"]',
  );
  await server.cli('flag', 'create', 'banner', '--type', 'string', '--variant', 'hello=Hello', '--variant', 'none=');
  for (const flag of ['limit', 'theme', 'banner']) {
    await server.cli('flag', 'on', flag, '--env', 'production');
  }
});
afterAll(() => server[Symbol.asyncDispose]());

function open(): FlagClient {
  return createFlagClient({ url: server.url, sdkKey, flushIntervalMs: 20 });
}

describe('a client', () => {
  it('answers with what the flags serve', async () => {
    await using client = open();
    expect(await client.ready).toMatchObject({ ready: true, stale: false, source: 'server' });
    const context = { userId: 'u1' };
    expect(client.isEnabled('known', context)).toBe(true);
    expect(client.variant('known', context)).toBe('on');
    expect(client.value('limit', context, 1)).toBe(10);
    expect(client.value('banner', context, 'none')).toBe('Hello');
    expect(client.value('theme', context, { color: 'blue' })).toEqual({ color: 'red' });
    expect(client.details('known', context, false)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'STATIC',
      rule: undefined,
      errorCode: undefined,
      stale: false,
    });
  });

  it('gives the default, and says why', async () => {
    await using client = open();
    expect(client.details('known', {}, false)).toMatchObject({
      value: false,
      errorCode: 'PROVIDER_NOT_READY',
      stale: true,
    });
    await client.ready;
    expect(client.isEnabled('unknown', {}, true)).toBe(true);
    expect(client.details('unknown', {}, 'x')).toMatchObject({
      value: 'x',
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
    });
    expect(client.isEnabled('limit', {}, true)).toBe(true);
    expect(client.details('limit', {}, 'x')).toMatchObject({
      value: 'x',
      variant: undefined,
      errorCode: 'TYPE_MISMATCH',
    });
    expect(client.details('theme', {}, ['x'])).toMatchObject({ value: ['x'], errorCode: 'TYPE_MISMATCH' });
    expect(client.value('theme', {}, null)).toEqual({ color: 'red' });
  });

  it('never throws, whatever it is given', async () => {
    await using client = open();
    await client.ready;
    const hostile = {
      get targetingKey(): string {
        throw new Error('no');
      },
    };
    for (const context of [hostile, null, 'u1', 7, [], Object.create(null)] as unknown as Record<string, never>[]) {
      expect(client.isEnabled('unknown', context, true)).toBe(true);
      expect(client.value('known', context, false)).toBe(true);
      client.track('x', { context });
      client.observe('x', context, 1);
    }
  });

  it('hears of a flip, and which flag it was', async () => {
    await using client = open();
    await client.ready;
    const changed = heard(client, 'change');
    await server.cli('flag', 'off', 'known', '--env', 'production');
    expect(await changed).toMatchObject({ type: 'change', source: 'server', flags: ['known'] });
    expect(client.isEnabled('known', {})).toBe(false);
    await server.cli('flag', 'on', 'known', '--env', 'production');
  });

  it('goes on answering after it is closed, and is stale then', async () => {
    const client = open();
    await client.ready;
    await Promise.all([client.close(), client.close()]);
    expect(client.isEnabled('known', {})).toBe(true);
    expect(client.status()).toMatchObject({ connected: false, stale: true });
  });
});
