import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, startServer } from '@flagledger/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openClient } from '../src/client.js';
import type { ClientEvent, FlagClient, FlagClientOptions } from '../src/index.js';
import { silent } from '../src/logger.js';
import { defaultTiming, type Timing } from '../src/timing.js';
import { heard } from './heard.js';

const quick: Partial<Timing> = { firstRetry: 20, lastRetry: 200, closing: 1000 };

describe('without a server', () => {
  let server: Server;
  let folder = '';
  let sdkKey = '';
  const clients: FlagClient[] = [];

  beforeEach(async () => {
    server = await startServer();
    folder = await mkdtemp(join(tmpdir(), 'flagledger-outage-'));
    sdkKey = await server.key('server');
    await server.cli('flag', 'create', 'known');
    await server.cli('flag', 'on', 'known', '--env', 'production');
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  function open(options: Partial<FlagClientOptions> = {}, timing: Partial<Timing> = {}): FlagClient {
    const all = { url: server.url, sdkKey, pollIntervalMs: 200, logger: silent, ...options };
    const client = openClient(all, { ...defaultTiming, ...quick, ...timing });
    clients.push(client);
    return client;
  }

  it('it gives defaults when the time is up, and is live when the server comes', async () => {
    await server.stop();
    const client = open({ initTimeoutMs: 100 });
    const events: ClientEvent[] = [];
    client.subscribe((event) => events.push(event));
    expect(await client.ready).toMatchObject({ ready: false, stale: true, source: 'none', revision: '0' });
    expect(client.status().error?.message).toMatch(/fetch failed|no answer/);
    expect(client.details('known', {}, false)).toMatchObject({
      value: false,
      errorCode: 'PROVIDER_NOT_READY',
      stale: true,
    });
    const ready = heard(client, 'ready');
    await server.start();
    await ready;
    expect(client.isEnabled('known')).toBe(true);
    expect(client.status()).toMatchObject({ ready: true, stale: false, source: 'server' });
    expect(events.filter((event) => event.type === 'error')).toHaveLength(1);
  });

  it('it keeps what it has when the server dies, and catches up when it is back', async () => {
    const client = open();
    await client.ready;
    const stale = heard(client, 'stale');
    await server.kill();
    await stale;
    expect(client.details('known', {}, false)).toMatchObject({ value: true, reason: 'STATIC', stale: true });
    const changed = heard(client, 'change');
    await server.start();
    await server.cli('flag', 'off', 'known', '--env', 'production');
    await changed;
    expect(client.details('known', {}, true)).toMatchObject({ value: false, stale: false });
  });

  it('it resumes where it was instead of taking everything again', async () => {
    const resumed: (string | null)[] = [];
    const listening: typeof fetch = (input, init) => {
      if (String(input).endsWith('/stream')) {
        resumed.push(new Headers(init?.headers).get('last-event-id'));
      }
      return fetch(input, init);
    };
    const client = open({ fetch: listening });
    const { revision } = await client.ready;
    const stale = heard(client, 'stale');
    await server.kill();
    await stale;
    const ready = heard(client, 'ready');
    await server.start();
    await ready;
    expect(resumed[0]).toBeNull();
    expect(resumed.at(-1)).toBe(revision);
    expect(client.stats().rulesets).toBe(1);
  });

  it('it starts with the cached ruleset, and does not wait for the server then', async () => {
    const cacheFile = join(folder, 'ruleset.json');
    const first = open({ cacheFile });
    await first.ready;
    await first.close();
    await server.kill();
    const second = open({ cacheFile, initTimeoutMs: 60_000 });
    expect(second.isEnabled('known')).toBe(true);
    expect(await second.ready).toMatchObject({ ready: false, stale: true, source: 'cache' });
    const ready = heard(second, 'ready');
    await server.start();
    await ready;
    expect(second.status()).toMatchObject({ source: 'server', stale: false });
  });

  it.each([
    ['cut off', '{"specVersion":1,"project":"def'],
    [
      'of a later format',
      '{"specVersion":99,"project":"default","environment":"production","revision":"9","flags":{}}',
    ],
    ['no ruleset', '[]'],
    ['empty', ''],
  ])('it passes over a cached ruleset that is %s, tells, and replaces it', async (_, text) => {
    const cacheFile = join(folder, 'ruleset.json');
    await writeFile(cacheFile, text);
    const told: string[] = [];
    const warn = (message: string, about?: object) => told.push(message + JSON.stringify(about));
    const client = open({ cacheFile, logger: { info() {}, warn, error() {} } });
    expect(told.join()).toMatch(/cached ruleset cannot be used.*ruleset\.json/);
    expect(client.status().source).toBe('none');
    await client.ready;
    expect(client.isEnabled('known')).toBe(true);
    await client.close();
    expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({ environment: 'production' });
  });

  it('it serves the newer of a bootstrap and a cached ruleset', async () => {
    const cacheFile = join(folder, 'ruleset.json');
    const first = open({ cacheFile });
    await first.ready;
    await first.close();
    const cached = JSON.parse(await readFile(cacheFile, 'utf8'));
    await server.kill();
    expect(open({ cacheFile, bootstrap: { ...cached, revision: '1' } }).status().source).toBe('cache');
    expect(open({ cacheFile, bootstrap: { ...cached, revision: '9999999999' } }).status().source).toBe('bootstrap');
    expect(() => open({ bootstrap: { ...cached, specVersion: 99 } })).toThrow(/bootstrap cannot be used/);
  });

  it('it shows a refused key, asks seldom, and keeps what it has', async () => {
    const client = open({}, { unauthorized: 100 });
    await client.ready;
    const keys = (await server.call('GET', '/api/v1/keys')) as { keys: { id: string; kind?: string; name: string }[] };
    const key = keys.keys.find((k) => k.name === 'test-server');
    const failed = heard(
      client,
      'error',
      (event) => event.type === 'error' && event.error.name === 'UnauthorizedError',
    );
    await server.cli('token', 'revoke', String(key?.id));
    await server.cli('flag', 'create', 'other'); // the server looks at the key before it sends a change
    await failed;
    expect(client.status()).toMatchObject({ connected: false, stale: true });
    expect(client.status().error?.name).toBe('UnauthorizedError');
    expect(client.isEnabled('known')).toBe(true);
  });

  it('it does not wait for a server that refuses the key', async () => {
    const client = open({ sdkKey: 'fl_server_nobody_knows', initTimeoutMs: 60_000 });
    const status = await client.ready;
    expect(status.error?.name).toBe('UnauthorizedError');
    expect(status).toMatchObject({ ready: false, stale: true });
  });
});
