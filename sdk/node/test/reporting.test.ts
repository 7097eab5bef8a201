import { setTimeout as sleep } from 'node:timers/promises';
import { type Server, startServer } from '@flagledger/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlagClient, type FlagClientOptions } from '../src/index.js';
import { silent } from '../src/logger.js';

let server: Server;
let sdkKey = '';
beforeAll(async () => {
  server = await startServer({ args: ['--metrics-open'] });
  sdkKey = await server.key('server');
  await server.cli('flag', 'create', 'engine');
  const plan = {
    stages: [{ percentage: 50, minSoak: '1h' }, { percentage: 100 }],
    gates: [{ metric: 'error-rate', maxRatio: 2 }],
    interval: '1s',
    watermark: '1s',
  };
  await server.call('PUT', '/api/v1/projects/default/plans/half', { plan, reason: 'test' });
  await server.cli('rollout', 'start', 'engine', '--env', 'production', '--plan', 'half');
});
afterAll(() => server[Symbol.asyncDispose]());

function open(options: Partial<FlagClientOptions> = {}) {
  return createFlagClient({ url: server.url, sdkKey, flushIntervalMs: 20, logger: silent, ...options });
}

/** What the server has accepted so far. */
async function accepted(kind: 'exposure' | 'event'): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((l) => l.startsWith(`flagledger_ingest_items_total{kind="${kind}"`) && l.includes('accepted'));
  return Number(line?.split(' ').at(-1) ?? 0);
}

interface Arm {
  units: number;
  events: number;
  bad: number;
}

/** What the gate of the rollout has seen, once `enough` says so. */
async function evidence(enough: (arms: { treatment: Arm; control: Arm }) => boolean) {
  for (let i = 0; i < 200; i++) {
    const view = await server.call('GET', '/api/v1/projects/default/flags/engine/environments/production/rollout');
    const seen = view as { evidence?: { gates: { treatment: Arm; control: Arm }[] } };
    const gate = seen.evidence?.gates[0];
    if (gate !== undefined && enough(gate)) {
      return gate;
    }
    await sleep(100); // the server looks once a second and tells nobody
  }
  throw new Error('the gate has not seen enough');
}

describe('reports', () => {
  it('give each exposure once, and only where a split decided', async () => {
    await using client = open();
    await client.ready;
    const before = await accepted('exposure');
    for (let i = 0; i < 500; i++) {
      client.isEnabled('engine', { userId: `once-${i % 50}` });
      client.variant('engine', { targetingKey: `once-${i % 50}` });
      client.peek('engine', { userId: `peek-${i}` }, false);
      client.isEnabled('unknown', { userId: `none-${i}` });
    }
    client.expose('engine', { userId: 'peek-1' });
    await client.flush();
    expect(client.stats()).toMatchObject({ exposures: 51, accepted: 51, rejected: 0, queued: 0 });
    expect((await accepted('exposure')) - before).toBe(51);
  });

  it('count once for the gate although the answer to a batch was lost', async () => {
    let attempts = 0;
    const ids = new Set<string>();
    const forgetful: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (String(input).endsWith('/api/v1/events')) {
        ids.add(JSON.parse(String(init?.body)).id);
        if (attempts++ === 0) {
          throw new TypeError('the connection broke before the answer came');
        }
      }
      return response;
    };
    await using client = open({ fetch: forgetful, flushIntervalMs: 60_000 });
    await client.ready;
    for (let i = 0; i < 200; i++) {
      const context = { userId: `gate-${i}` };
      client.isEnabled('engine', context);
      client.observe('request', context, 12, i % 10 === 0 ? new Error('failed') : undefined);
    }
    await client.flush();
    expect(client.stats()).toMatchObject({ accepted: 400, batches: 1, retries: 1, lost: 0 });
    expect(ids.size).toBe(1);
    expect(attempts).toBe(2);
    const { treatment, control } = await evidence((arms) => arms.treatment.events + arms.control.events >= 200);
    expect(treatment.events + control.events).toBe(200);
    expect(treatment.bad + control.bad).toBe(20);
  });

  it('are delivered by close', async () => {
    const client = open({ flushIntervalMs: 60_000 });
    await client.ready;
    const before = await accepted('event');
    client.track('signup', { context: { userId: 'u1' }, value: 3, attributes: { page: 'pricing' }, at: new Date() });
    await client.close();
    expect((await accepted('event')) - before).toBe(1);
    client.track('signup', { context: { userId: 'u1' } });
    client.isEnabled('engine', { userId: 'after' });
    expect(client.stats()).toMatchObject({ events: 1, exposures: 0, queued: 0 });
  });

  it('are dropped and counted when the queue is full', async () => {
    let reachable = false;
    const unreachable: typeof fetch = (input, init) =>
      String(input).endsWith('/api/v1/events') && !reachable
        ? Promise.reject(new TypeError('unreachable'))
        : fetch(input, init);
    await using client = open({ fetch: unreachable, queueSize: 5, flushIntervalMs: 60_000 });
    await client.ready;
    for (let i = 0; i < 8; i++) {
      client.track('x', { context: { userId: 'u1' } });
    }
    client.isEnabled('engine', { userId: 'full' });
    expect(client.stats()).toMatchObject({ events: 8, exposures: 1, dropped: 4, queued: 5 });
    reachable = true;
    await client.flush();
    client.isEnabled('engine', { userId: 'full' }); // the exposure that was dropped is made again
    await client.flush();
    expect(client.stats()).toMatchObject({ accepted: 6, exposures: 2, dropped: 4, queued: 0 });
  });

  it('leave out what no server could count', async () => {
    await using client = open();
    await client.ready;
    client.track('x', { context: {} });
    client.track('', { context: { userId: 'u1' } });
    client.track('x', { context: { userId: 'u1' }, value: Number.NaN });
    client.track('x', { context: { userId: 'u1' }, at: new Date(Number.NaN) });
    expect(client.stats()).toMatchObject({ events: 0, invalid: 4 });
  });

  it('send no attribute but units', async () => {
    const bodies: string[] = [];
    const listening: typeof fetch = (input, init) => {
      bodies.push(String(init?.body));
      return fetch(input, init);
    };
    await using client = open({ fetch: listening });
    await client.ready;
    const context = { userId: 'u1', email: 'secret@example.com', company: { name: 'secret' } };
    client.isEnabled('engine', context);
    client.track('x', { context });
    await client.flush();
    expect(bodies.join()).toContain('"units":{"targetingKey":"u1"}');
    expect(bodies.join()).not.toContain('secret');
  });
});
