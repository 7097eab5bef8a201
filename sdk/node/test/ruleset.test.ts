import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openClient } from '../src/client.js';
import type { Change, FlagClient, FlagClientOptions } from '../src/index.js';
import { silent } from '../src/logger.js';
import { defaultTiming, type Timing } from '../src/timing.js';
import { heard } from './heard.js';
import { eventOf, patchOf, plainFlag, rulesetOf, ScriptedServer } from './scripted.js';

const stream = 'GET /api/v1/ruleset/stream';
const whole = 'GET /api/v1/ruleset';

describe('a ruleset', () => {
  let server: ScriptedServer;
  const clients: FlagClient[] = [];
  beforeEach(async () => {
    server = await new ScriptedServer().start();
    server.greeting = eventOf('put', rulesetOf('10', true));
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server[Symbol.asyncDispose]();
  });

  function open(options: Partial<FlagClientOptions> = {}, timing: Partial<Timing> = {}): FlagClient {
    const all = { url: server.url, sdkKey: 'fl_server_a_b', pollIntervalMs: 50, logger: silent, ...options };
    const client = openClient(all, { ...defaultTiming, firstRetry: 10, lastRetry: 50, closing: 1000, ...timing });
    clients.push(client);
    return client;
  }

  it('is patched, and each revision is acknowledged', async () => {
    const client = open();
    await client.ready;
    await server.until(() => server.acknowledged.includes('10'));
    const changed = heard(client, 'change');
    server.send('patch', patchOf('10', '12', false));
    expect(await changed).toMatchObject({ revision: '12', flags: ['known'] });
    expect(client.isEnabled('known', {}, true)).toBe(false);
    await server.until(() => server.acknowledged.includes('12'));
    expect(server.count(whole)).toBe(0);
  });

  it('is acknowledged again when a patch says that nothing has changed', async () => {
    await open().ready;
    await server.until(() => server.acknowledged.length === 1);
    server.send('patch', patchOf('10', '10', true));
    await server.until(() => server.acknowledged.length === 2);
    expect(server.acknowledged).toEqual(['10', '10']);
  });

  const garbage: [string, string, unknown][] = [
    ['a put that is cut off', 'put', '{"specVersion":1,"project":"default"'],
    ['a put of a later format', 'put', rulesetOf('11', false, { specVersion: 2 })],
    ['a put without flags', 'put', { ...rulesetOf('11', false), flags: undefined }],
    ['a put without a revision', 'put', { ...rulesetOf('11', false), revision: undefined }],
    ['a patch that is no patch', 'patch', 7],
    ['a patch after a gap', 'patch', patchOf('11', '12', false)],
    ['a patch of another environment', 'patch', patchOf('10', '11', false, { environment: 'staging' })],
    ['a patch of a later format', 'patch', patchOf('10', '11', false, { specVersion: 2 })],
  ];
  it.each(garbage)('stays in effect after %s, and is fetched whole', async (_, event, data) => {
    const client = open();
    await client.ready;
    server.ruleset = rulesetOf('10', true);
    const failed = heard(client, 'error');
    server.send(event, data);
    expect(await failed).toMatchObject({ error: { name: 'UnusableError' } });
    expect(client.isEnabled('known')).toBe(true);
    await server.until(() => server.count(whole) > 0);
    server.greeting = eventOf('put', rulesetOf('13', false));
    await heard(client, 'change', (change) => change.type === 'change' && change.revision === '13');
    expect(client.isEnabled('known', {}, true)).toBe(false);
    expect(client.stats().garbage).toBe(1);
  });

  it('stays, and is stale, while everything that comes is garbage', async () => {
    const client = open();
    await client.ready;
    const later = rulesetOf('11', false, { specVersion: 2 });
    server.ruleset = later;
    server.greeting = eventOf('put', later);
    const stale = heard(client, 'stale');
    server.hangUp();
    await stale;
    await server.until(() => server.count(stream) >= 4);
    expect(client.details('known', {}, false)).toMatchObject({ value: true, revision: '10', stale: true });
    expect(client.status().error?.message).toMatch(/cannot be used; keeping the last good ruleset/);
  });

  it('loses a flag that is not valid, and no other', async () => {
    const told: string[] = [];
    const error = (message: string, about?: object) => told.push(message + JSON.stringify(about));
    const broken = { ...plainFlag('11', true), default: { variant: 'none' } };
    server.greeting = eventOf('put', rulesetOf('11', true, { flags: { known: plainFlag('11', true), broken } }));
    const client = open({ logger: { info() {}, warn() {}, error } });
    await client.ready;
    expect(client.isEnabled('known')).toBe(true);
    expect(client.details('broken', {}, true)).toMatchObject({ value: true, errorCode: 'PARSE_ERROR' });
    expect(told.join()).toMatch(/flag is not valid.*"flag":"broken"/);
  });

  it('is polled while it cannot be streamed, without being sent again', async () => {
    server.greeting = 503;
    server.ruleset = rulesetOf('10', true);
    const client = open();
    expect(await client.ready).toMatchObject({ ready: true, connected: false, stale: false });
    await server.until(() => server.count(whole) >= 3);
    expect(server.heads.filter((head) => head['if-none-match'] === '"10"').length).toBeGreaterThanOrEqual(2);
    expect(client.stats().rulesets).toBe(1);
    const changed = heard(client, 'change');
    server.ruleset = rulesetOf('11', false);
    await changed;
    expect(client.details('known', {}, true)).toMatchObject({ value: false, stale: false });
  });

  it('is streamed again after it was polled', async () => {
    server.greeting = 503;
    server.ruleset = rulesetOf('10', true);
    const client = open();
    await client.ready;
    server.greeting = eventOf('patch', patchOf('10', '11', false));
    await heard(client, 'change');
    await server.until(() => server.acknowledged.includes('11'));
    expect(server.heads.some((head) => head['last-event-id'] === '10')).toBe(true);
    expect(client.status()).toMatchObject({ connected: true, error: undefined });
  });

  it('does not go back when a server lags, and does when it has lagged for long', async () => {
    const client = open({}, { behind: 300 });
    await client.ready;
    server.greeting = eventOf('put', rulesetOf('9', false));
    server.ruleset = rulesetOf('9', false);
    const back = heard(client, 'change');
    server.hangUp();
    await server.until(() => server.count(stream) >= 3);
    expect(client.status().error?.message).toMatch(/revision 9 after 10: the server is behind/);
    expect(client.isEnabled('known')).toBe(true);
    expect(await back).toMatchObject({ revision: '9' });
    expect(client.isEnabled('known', {}, true)).toBe(false);
  });

  it('is asked for again when the stream is silent', async () => {
    const client = open({}, { silence: 100 });
    await client.ready;
    const failed = heard(client, 'error');
    expect(await failed).toMatchObject({ error: { message: expect.stringContaining('silent') } });
    await server.until(() => server.count(stream) >= 2);
  });

  it('is not taken from what is no stream', async () => {
    server.greeting = 204;
    server.ruleset = rulesetOf('10', true);
    const status = await open().ready;
    expect(status).toMatchObject({ ready: true, connected: false });
    expect(status.error?.message).toMatch(/204/);
  });

  it('is asked for no sooner than the server wants', async () => {
    server.greeting = 429;
    server.ruleset = rulesetOf('10', true);
    const client = open({ pollIntervalMs: 60_000 }, { lastRetry: 60_000 });
    await client.ready;
    expect(client.status().error?.message).toBe('/api/v1/ruleset/stream: 429: as the test wants it');
    const first = performance.now();
    await server.until(() => server.count(stream) === 2);
    expect(performance.now() - first).toBeGreaterThan(900); // it was told to wait for a second
  });

  it('is told to onChange in order, which may throw', async () => {
    const changes: Change[] = [];
    const onChange = (change: Change) => {
      changes.push(change);
      throw new Error('mine');
    };
    const client = open({ onChange });
    await client.ready;
    const end = client.subscribe(() => {
      throw new Error('mine, too');
    });
    const last = heard(client, 'change', (change) => change.type === 'change' && change.revision === '12');
    server.send('patch', patchOf('10', '11', false));
    server.send('patch', patchOf('11', '12', true));
    await last;
    end();
    expect(changes.map(({ revision }) => revision)).toEqual(['10', '11', '12']);
    expect(client.status().connected).toBe(true);
  });

  it('follows the server whatever somebody does to the clock', async () => {
    const client = open();
    await client.ready;
    const now = Date.now;
    try {
      for (const jump of [-86_400_000, 86_400_000]) {
        Date.now = () => now() + jump;
        const revision = jump < 0 ? '11' : '12';
        const changed = heard(client, 'change');
        server.send('patch', patchOf('10', revision, jump > 0));
        expect(await changed).toMatchObject({ revision });
        const ready = heard(client, 'ready');
        server.greeting = eventOf('patch', patchOf(revision, revision, jump > 0));
        server.hangUp();
        await ready;
      }
    } finally {
      Date.now = now;
    }
    expect(client.details('known', {}, false)).toMatchObject({ value: true, stale: false });
  });

  it('is not waited for by who does not want to', async () => {
    server.greeting = '';
    expect(await open({ initTimeoutMs: 0 }).ready).toMatchObject({ ready: false, source: 'none' });
  });
});
