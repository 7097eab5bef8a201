import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { EvaluationContext } from '../../src/context.js';
import { Reporter, type ReporterOptions } from '../../src/report/index.js';

interface Received {
  id: string;
  exposures: { unit: string }[];
  events: { name: string }[];
}

/** A server that answers as told, request by request; the last answer goes for all that follow. */
class Ingest {
  readonly received: Received[] = [];
  readonly #server: Server;
  #answers: ((response: ServerResponse, batch: Received) => void)[];

  constructor(...answers: ((response: ServerResponse, batch: Received) => void)[]) {
    this.#answers = answers;
    this.#server = createServer(async (request, response) => {
      const batch = (await bodyOf(request)) as Received;
      this.received.push(batch);
      const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
      answer?.(response, batch);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  return JSON.parse(text);
}

const accept = (response: ServerResponse, batch: Received) => {
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ accepted: batch.exposures.length + batch.events.length, rejected: [] }));
};
const fail =
  (status: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end('{"title":"no"}');
  };
const hangUp = (response: ServerResponse) => response.socket?.destroy();
const hang = () => {};

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) {
    each.close();
  }
});

async function start(ingest: Ingest, options: Partial<ReporterOptions> = {}) {
  open.push(ingest);
  const told: string[] = [];
  const reporter = new Reporter({
    url: await ingest.listen(),
    key: 'fl_server_x',
    sdk: 'test/1',
    fetch,
    flushIntervalMs: 1e6,
    queueSize: 1000,
    remember: 1000,
    batchSize: 1000,
    exposureAttributes: ['country', 'seats', 'trial', 'tags', 'missing'],
    onFailure: (message) => told.push(message),
    ...options,
  });
  open.push({ close: () => void reporter.close(0) });
  return { reporter, told };
}

const expose = (reporter: Reporter, unit: string, rule = '', context: EvaluationContext = {}) =>
  reporter.expose('f', '7', 'on', unit, 'userId', rule, context);
const event = { name: 'paid', value: 3, units: { userId: 'u1' } };

test('exposures go once, events each time, with what the server reads', async () => {
  const ingest = new Ingest(accept);
  const { reporter } = await start(ingest);
  expose(reporter, 'u1', 'r1', { country: 'DE', seats: 3, trial: false, tags: ['a', 'b'], plan: 'pro' });
  expose(reporter, 'u1');
  reporter.track({ ...event, failed: true, flags: ['f'], attributes: { plan: 'pro' }, at: new Date(0) });
  reporter.track(event);
  await reporter.flush();
  expect(ingest.received).toHaveLength(1);
  const [batch] = ingest.received;
  expect(batch).toMatchObject({
    sdk: 'test/1',
    exposures: [
      {
        flag: 'f',
        version: '7',
        variant: 'on',
        by: 'userId',
        unit: 'u1',
        rule: 'r1',
        attributes: { country: 'DE', seats: '3', trial: 'false', tags: 'a,b' },
      },
    ],
    events: [
      {
        name: 'paid',
        value: 3,
        failed: true,
        units: { userId: 'u1' },
        flags: ['f'],
        attributes: { plan: 'pro' },
        at: '1970-01-01T00:00:00.000Z',
      },
      { name: 'paid', value: 3, units: { userId: 'u1' } },
    ],
  });
  expect(batch?.id).toMatch(/^[a-z0-9-]{10,100}$/);
  expect(reporter.stats()).toMatchObject({ exposures: 1, events: 2, accepted: 3, queued: 0, batches: 1 });
});

test.each([
  ['a failure of the server', fail(503)],
  ['too many requests', fail(429, { 'Retry-After': '0' })],
  ['a connection that breaks', hangUp],
])('after %s the same batch is sent again', async (_, failure) => {
  const ingest = new Ingest(failure, failure, accept);
  const { reporter, told } = await start(ingest);
  expose(reporter, 'u1');
  await reporter.flush();
  expect(new Set(ingest.received.map((batch) => batch.id)).size).toBe(1);
  expect(ingest.received).toHaveLength(3);
  expect(reporter.stats()).toMatchObject({ accepted: 1, retries: 2, lost: 0 });
  expect(told).toEqual([]);
});

test('what the server will never take is refused, counted and told once', async () => {
  const ingest = new Ingest(fail(422));
  const { reporter, told } = await start(ingest);
  expose(reporter, 'u1');
  await reporter.flush();
  expose(reporter, 'u2');
  await reporter.flush();
  expect(reporter.stats()).toMatchObject({ refused: 2, retries: 0, queued: 0 });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('422');
});

test('items that the server rejects are counted, and their reason told', async () => {
  const reject = (response: ServerResponse) => {
    response.writeHead(202, { 'Content-Type': 'application/json' });
    const rejected = [{ kind: 'event', index: 0, path: 'events[0].name', message: 'is too long' }];
    response.end(JSON.stringify({ accepted: 1, rejected }));
  };
  const { reporter, told } = await start(new Ingest(reject));
  reporter.track(event);
  reporter.track(event);
  await reporter.flush();
  expect(reporter.stats()).toMatchObject({ accepted: 1, rejected: 1 });
  expect(told).toEqual(['the server rejects an event: events[0].name is too long']);
});

test('after a refused key the batch is lost, and its exposures are reported again', async () => {
  const ingest = new Ingest(fail(401), accept);
  const { reporter, told } = await start(ingest);
  expose(reporter, 'u1');
  await reporter.flush();
  expect(reporter.stats()).toMatchObject({ lost: 1, retries: 0 });
  expect(told[0]).toContain('401');
  expose(reporter, 'u1');
  await reporter.flush(); // the server is left alone for a while
  expect(ingest.received).toHaveLength(1);
  await reporter.close();
  expect(ingest.received).toHaveLength(2);
  expect(reporter.stats()).toMatchObject({ accepted: 1, lost: 1, queued: 0 });
});

test('a full queue drops and counts, and what was dropped is reported again', async () => {
  const ingest = new Ingest(accept);
  const { reporter } = await start(ingest, { queueSize: 2 });
  for (const unit of ['u1', 'u2', 'u3']) {
    expose(reporter, unit);
  }
  reporter.track(event);
  expect(reporter.stats()).toMatchObject({ exposures: 3, events: 1, dropped: 2, queued: 2 });
  await reporter.flush();
  expose(reporter, 'u3');
  await reporter.flush();
  expect(ingest.received.flatMap((batch) => batch.exposures.map((e) => e.unit))).toEqual(['u1', 'u2', 'u3']);
});

test('full batches go at once, one request at a time', async () => {
  let running = 0;
  let most = 0;
  const slow = (response: ServerResponse, batch: Received) => {
    most = Math.max(most, ++running);
    setTimeout(() => {
      running--;
      accept(response, batch);
    }, 20);
  };
  const ingest = new Ingest(slow);
  const { reporter } = await start(ingest, { batchSize: 10 });
  for (let i = 0; i < 35; i++) {
    expose(reporter, `u${i}`);
  }
  await reporter.flush();
  await reporter.flush();
  expect(ingest.received.map((batch) => batch.exposures.length)).toEqual([10, 10, 10, 5]);
  expect(most).toBe(1);
});

test('items wait for others no longer than the interval', async () => {
  const ingest = new Ingest(accept);
  const { reporter } = await start(ingest, { flushIntervalMs: 10 });
  reporter.track(event);
  await expect.poll(() => reporter.stats().accepted).toBe(1);
});

test.each([
  ['no name', { ...event, name: '' }],
  ['no unit', { ...event, units: {} }],
  ['a value that is not finite', { ...event, value: Number.NaN }],
  ['no time', { ...event, at: new Date(Number.NaN) }],
])('an event with %s is not reported', async (_, bad) => {
  const { reporter } = await start(new Ingest(accept));
  reporter.track(bad);
  expect(reporter.stats()).toMatchObject({ invalid: 1, events: 0, queued: 0 });
});

test('close sends the rest, within its deadline, and then nothing more', async () => {
  const ingest = new Ingest(accept);
  const { reporter } = await start(ingest);
  expose(reporter, 'u1');
  await reporter.close();
  expose(reporter, 'u2');
  reporter.track(event);
  await reporter.flush();
  expect(ingest.received).toHaveLength(1);
  expect(reporter.stats()).toMatchObject({ accepted: 1, exposures: 1, events: 0 });
});

test('close gives a server that hangs up to its deadline', async () => {
  const { reporter, told } = await start(new Ingest(hang));
  expose(reporter, 'u1');
  await reporter.close(50);
  expect(reporter.stats()).toMatchObject({ lost: 1, queued: 0 });
  expect(told[0]).toContain('1 reports are lost');
});

test('close ends the wait between two attempts', async () => {
  const ingest = new Ingest(fail(503, { 'Retry-After': '30' }), accept);
  const { reporter } = await start(ingest);
  expose(reporter, 'u1');
  const flushed = reporter.flush();
  await expect.poll(() => reporter.stats().retries).toBe(1);
  await reporter.close();
  await flushed;
  expect(reporter.stats()).toMatchObject({ accepted: 1, lost: 0 });
});
