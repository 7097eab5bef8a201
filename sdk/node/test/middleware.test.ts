import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { silent } from '../src/logger.js';
import { type MiddlewareOptions, middlewareOf } from '../src/middleware.js';
import type { Outcome } from '../src/outcome.js';
import { newRequests, type RequestScope } from '../src/request.js';

interface Report extends Outcome {
  event: string;
  flags: string[];
  contexts: unknown[];
}

/** Middleware whose reports can be waited for. */
class Probe {
  readonly requests = newRequests();
  readonly reports: Report[] = [];
  readonly warnings: string[] = [];
  #heard: (() => void) | undefined;

  middleware(options: MiddlewareOptions<IncomingMessage> = {}) {
    const logger = { ...silent, warn: (_: string, about?: object) => this.warnings.push(JSON.stringify(about)) };
    const report = (event: string, scope: RequestScope, outcome: Outcome) => {
      this.reports.push({ event, flags: [...scope.flags], contexts: scope.contexts, ...outcome });
      this.#heard?.();
    };
    return middlewareOf({ requests: this.requests, logger, report }, options);
  }

  /** Stands for an evaluation. */
  evaluate(flag: string): unknown {
    const scope = this.requests.getStore();
    const context = scope?.context() ?? 'outside';
    scope?.note(flag, scope.context());
    return context;
  }

  async report(): Promise<Report> {
    while (this.reports.length === 0) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.reports.shift() as Report;
  }
}

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('middleware', () => {
  it('reports one event for a request with flags, and none without', async () => {
    const probe = new Probe();
    const app = express();
    app.use(probe.middleware({ context: (req) => ({ userId: req.headers['x-user'] as string }) }));
    app.get('/flags', async (_, res) => {
      probe.evaluate('a');
      await sleep(20);
      res.json([probe.evaluate('b'), probe.evaluate('a')]);
    });
    app.get('/plain', (_, res) => void res.send('x'));
    const url = await serve(app);
    await fetch(`${url}/plain`);
    const answer = await fetch(`${url}/flags`, { headers: { 'x-user': 'u1' } });
    expect(await answer.json()).toEqual([{ userId: 'u1' }, { userId: 'u1' }]);
    const report = await probe.report();
    expect(report).toMatchObject({ event: 'request', failed: false, flags: ['a', 'b'], contexts: [{ userId: 'u1' }] });
    expect(report.latencyMs).toBeGreaterThanOrEqual(19);
    expect(probe.reports).toEqual([]);
  });

  it('keeps the contexts of concurrent requests apart', async () => {
    const probe = new Probe();
    const app = express();
    app.use(probe.middleware({ context: (req) => ({ userId: req.headers['x-user'] as string }) }));
    app.use(express.json());
    app.post('/', async (req, res) => {
      await sleep(req.body.wait);
      res.json(probe.evaluate('a'));
    });
    const url = await serve(app);
    const users = Array.from({ length: 20 }, (_, i) => `u${i}`);
    const answers = users.map(async (user, i) => {
      const headers = { 'x-user': user, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ wait: (i * 7) % 20 }) });
      return ((await response.json()) as { userId: string }).userId;
    });
    expect(await Promise.all(answers)).toEqual(users);
  });

  it('works without Express, and under another name', async () => {
    const probe = new Probe();
    const middleware = probe.middleware({ event: 'checkout' });
    const url = await serve((req, res) => middleware(req, res, () => res.end(JSON.stringify(probe.evaluate('a')))));
    expect(await (await fetch(url)).json()).toEqual({});
    expect(await probe.report()).toMatchObject({ event: 'checkout', flags: ['a'] });
  });

  it('survives a context that throws, and asks again', async () => {
    const probe = new Probe();
    const app = express();
    app.use(
      probe.middleware({ context: (req) => ({ userId: (req as IncomingMessage & { user: { id: string } }).user.id }) }),
    );
    app.get('/', (req, res) => {
      const before = probe.evaluate('a');
      Object.assign(req, { user: { id: 'u1' } }); // somebody has signed in meanwhile
      res.json([before, probe.evaluate('a')]);
    });
    const url = await serve(app);
    expect(await (await fetch(url)).json()).toEqual([{}, { userId: 'u1' }]);
    expect((await probe.report()).failed).toBe(false);
    expect(probe.warnings.join()).toMatch(/reading 'id'/);
  });

  it.each([
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a promise', Promise.resolve({}), 'must return a plain object'],
    ['text', 'u1', 'must return a plain object'],
  ])('takes %s for an empty context', async (_, context, warning) => {
    const probe = new Probe();
    const middleware = probe.middleware({ context: () => context as unknown as undefined });
    const url = await serve((req, res) => middleware(req, res, () => res.end(JSON.stringify(probe.evaluate('a')))));
    expect(await (await fetch(url)).json()).toEqual({});
    await fetch(url);
    expect(probe.warnings).toHaveLength(warning ? 1 : 0);
    expect(probe.warnings.join()).toContain(warning);
  });

  it('reports once where routers mount it again, with the innermost context', async () => {
    const probe = new Probe();
    const router = express.Router();
    router.use(probe.middleware({ context: () => ({ userId: 'inner' }) }));
    router.get('/', (_, res) => void res.json(probe.evaluate('a')));
    const app = express();
    app.use(probe.middleware({ context: () => ({ userId: 'outer' }) }));
    app.use('/nested', router);
    const url = await serve(app);
    expect(await (await fetch(`${url}/nested`)).json()).toEqual({ userId: 'inner' });
    await probe.report();
    await fetch(`${url}/nothing`);
    expect(probe.reports).toEqual([]);
  });
});

describe('a failed request', () => {
  const failing: [string, (res: ServerResponse) => void, boolean][] = [
    ['is not one that was answered', (res) => res.end('ok'), false],
    ['is not one whose fault is the client', (res) => res.writeHead(404).end(), false],
    ['is a status of 500', (res) => res.writeHead(500).end(), true],
    ['is a status of 503 with a body', (res) => res.writeHead(503).end('later'), true],
    ['is a destroyed response', (res) => void res.destroy(), true],
    ['is a destroyed response with an error', (res) => void res.destroy(new Error('upstream')), true],
    ['is a destroyed socket', (res) => void res.socket?.destroy(), true],
    ['is a stream that fails halfway', (res) => pipeline(failingStream(), res, () => {}), true],
  ];
  it.each(failing)('%s', async (_, answer, failed) => {
    const probe = new Probe();
    const middleware = probe.middleware();
    const url = await serve((req, res) =>
      middleware(req, res, () => {
        probe.evaluate('a');
        answer(res);
      }),
    );
    await fetch(url).then(
      (response) => response.text().catch(() => {}),
      () => {},
    );
    expect((await probe.report()).failed).toBe(failed);
  });

  it('is one that Express answers for a handler that throws or rejects', async () => {
    const probe = new Probe();
    const app = express();
    app.set('env', 'test'); // prints no stack
    app.use(probe.middleware());
    app.get('/throws', () => {
      probe.evaluate('a');
      throw new Error('sync');
    });
    app.get('/rejects', async () => {
      await sleep(1);
      probe.evaluate('b');
      throw new Error('async');
    });
    const url = await serve(app);
    expect((await fetch(`${url}/throws`)).status).toBe(500);
    expect(await probe.report()).toMatchObject({ failed: true, flags: ['a'] });
    expect((await fetch(`${url}/rejects`)).status).toBe(500);
    expect(await probe.report()).toMatchObject({ failed: true, flags: ['b'] });
  });

  const leaving = ['end', 'destroy', 'resetAndDestroy'] as const;
  it.each(leaving)('is not one whose client leaves: %s', async (leave) => {
    const probe = new Probe();
    const middleware = probe.middleware();
    const url = await serve((req, res) =>
      middleware(req, res, () => {
        probe.evaluate('a');
        res.write('the first of many');
      }),
    );
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket[leave]();
    expect((await probe.report()).failed).toBe(false);
    socket.destroy();
  });
});

/** A source that gives a chunk and then fails, with an error that a client who leaves would cause too. */
function failingStream(): Readable {
  let given = false;
  return new Readable({
    read() {
      if (given) {
        this.destroy(Object.assign(new Error('upstream reset'), { code: 'ECONNRESET' }));
      } else {
        given = true;
        this.push('chunk');
      }
    },
  });
}
