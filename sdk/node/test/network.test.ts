import { type FaultyProxy, type Server, startProxy, startServer } from '@flagledger/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openClient } from '../src/client.js';
import type { FlagClient, FlagClientOptions } from '../src/index.js';
import { silent } from '../src/logger.js';
import { defaultTiming, type Timing } from '../src/timing.js';
import { heard } from './heard.js';

describe('across a network that', () => {
  let server: Server;
  let proxy: FaultyProxy;
  let sdkKey = '';
  const clients: FlagClient[] = [];

  beforeEach(async () => {
    server = await startServer();
    proxy = await startProxy(server.url);
    sdkKey = await server.key('server');
    await server.cli('flag', 'create', 'known');
    await server.cli('flag', 'on', 'known', '--env', 'production');
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  function open(options: Partial<FlagClientOptions> = {}, timing: Partial<Timing> = {}): FlagClient {
    const all = { url: proxy.url, sdkKey, pollIntervalMs: 100, logger: silent, ...options };
    const client = openClient(all, { ...defaultTiming, firstRetry: 20, lastRetry: 100, closing: 500, ...timing });
    clients.push(client);
    return client;
  }

  it('has lost the other side without telling, a client notices the silence and finds back', async () => {
    const client = open({}, { silence: 1000, request: 300 });
    await client.ready;
    proxy.behaviour = 'swallow';
    expect(await heard(client, 'error')).toMatchObject({ error: { name: 'SilentStreamError' } });
    expect(client.details('known', {}, false)).toMatchObject({ value: true, stale: true });
    await server.cli('flag', 'kill', 'known', '--env', 'production');
    const changed = heard(client, 'change');
    proxy.behaviour = 'pass';
    expect(await changed).toMatchObject({ flags: ['known'] });
    expect(client.details('known', {}, true)).toMatchObject({ value: false, stale: false });
  });

  it('swallows everything from the start, a client starts with defaults when its time is up', async () => {
    proxy.behaviour = 'swallow';
    const client = open({ initTimeoutMs: 100 }, { request: 300 });
    expect(await client.ready).toMatchObject({ ready: false, source: 'none' });
    expect(client.isEnabled('known', {}, true)).toBe(true);
    expect(await heard(client, 'error')).toMatchObject({
      error: { message: expect.stringContaining('within 300 ms') },
    });
    const ready = heard(client, 'ready');
    proxy.behaviour = 'pass';
    await ready;
    expect(client.isEnabled('known')).toBe(true);
  });

  it('is slow, a client starts with defaults when its time is up, and is live later', async () => {
    proxy.behaviour = 'slow';
    proxy.delayMs = 400;
    const client = open({ initTimeoutMs: 100 });
    const ready = heard(client, 'ready');
    expect(await client.ready).toMatchObject({ ready: false, stale: true });
    expect(client.details('known', {}, false)).toMatchObject({ errorCode: 'PROVIDER_NOT_READY' });
    await ready;
    expect(client.isEnabled('known')).toBe(true);
    expect(client.status().error).toBeUndefined();
  });

  it('answers with garbage, a client keeps what it has and says so', async () => {
    const client = open();
    await client.ready;
    proxy.behaviour = 'garbage';
    const garbage = heard(client, 'error', (event) => event.type === 'error' && event.error.name === 'UnusableError');
    proxy.cut();
    await garbage;
    expect(client.details('known', {}, false)).toMatchObject({ value: true, stale: true });
    const ready = heard(client, 'ready');
    proxy.behaviour = 'pass';
    await ready;
    expect(client.status()).toMatchObject({ stale: false });
  });

  it('refuses for a while, a client loses no report', async () => {
    const client = open({ flushIntervalMs: 20 });
    await client.ready;
    proxy.behaviour = 'refuse';
    client.track('signup', { context: { userId: 'u1' } });
    await heard(client, 'stale').catch(() => {});
    const ready = heard(client, 'ready');
    proxy.behaviour = 'pass';
    await ready;
    await client.flush();
    expect(client.stats()).toMatchObject({ events: 1, accepted: 1, lost: 0, queued: 0 });
  });

  it('gives nothing back, close gives up in time and counts what is lost', async () => {
    const client = open({ flushIntervalMs: 60_000 });
    await client.ready;
    client.track('signup', { context: { userId: 'u1' } });
    proxy.behaviour = 'swallow';
    await client.close();
    expect(client.stats()).toMatchObject({ events: 1, accepted: 0, lost: 1, queued: 0 });
  });
});
