import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Flag, Patch, Ruleset } from '@flagledger/core';

/** A flag that serves `value` to everybody. */
export function plainFlag(version: string, value: boolean): Flag {
  const variants = [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ];
  const serve = value ? 'on' : 'off';
  return { version, type: 'boolean', salt: 's', variants, on: true, offVariant: 'off', default: { variant: serve } };
}

/** A ruleset with the flag "known". */
export function rulesetOf(revision: string, value: boolean, parts: Partial<Ruleset> = {}): Ruleset {
  const flags = { known: plainFlag(revision, value) };
  return { specVersion: 1, project: 'default', environment: 'production', revision, flags, ...parts };
}

/** A patch of the flag "known". */
export function patchOf(from: string, revision: string, value: boolean, parts: Partial<Patch> = {}): Patch {
  const flags = { known: plainFlag(revision, value) };
  return { specVersion: 1, project: 'default', environment: 'production', from, revision, flags, ...parts };
}

/** A server that says what the test tells it to say: what no real server would, and what it would only seldom. */
export class ScriptedServer {
  url = '';
  /** What GET /api/v1/ruleset answers: a ruleset, text, or a status. */
  ruleset: Ruleset | string | number = 503;
  /** What a new stream begins with; a status refuses it. */
  greeting: string | number = '';
  /** "METHOD path" of each request, in order. */
  readonly requests: string[] = [];
  readonly heads: IncomingMessage['headers'][] = [];
  /** Revisions acknowledged, in order. */
  readonly acknowledged: string[] = [];
  readonly #server: Server;
  readonly #streams = new Set<ServerResponse>();
  readonly #waiting: { test: () => boolean; resolve: () => void }[] = [];

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Sends an event to all who stream. */
  send(event: string, data: unknown): void {
    for (const stream of this.#streams) {
      stream.write(eventOf(event, data));
    }
  }

  /** Ends all streams. */
  hangUp(): void {
    for (const stream of this.#streams) {
      stream.end();
    }
  }

  /** Resolves once `test` is true, which is looked at after each request. */
  until(test: () => boolean): Promise<void> {
    return test() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  count(request: string): number {
    return this.requests.filter((r) => r === request).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    this.requests.push(`${request.method} ${request.url}`);
    this.heads.push(request.headers);
    if (request.url === '/api/v1/ruleset/stream') {
      this.#stream(response);
    } else if (request.url === '/api/v1/ruleset/ack') {
      this.acknowledged.push(JSON.parse(body).revision);
      response.writeHead(204).end();
    } else if (request.url === '/api/v1/ruleset') {
      this.#fetched(request, response);
    } else {
      response.writeHead(202).end('{"accepted":0,"rejected":[]}');
    }
    for (const waiting of this.#waiting.filter(({ test }) => test())) {
      waiting.resolve();
    }
  }

  #stream(response: ServerResponse): void {
    if (typeof this.greeting === 'number') {
      response.writeHead(this.greeting, { 'retry-after': '1' }).end('{"title":"no","detail":"as the test wants it"}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\n\n${this.greeting}`);
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #fetched(request: IncomingMessage, response: ServerResponse): void {
    const { ruleset } = this;
    if (typeof ruleset === 'number') {
      response.writeHead(ruleset).end();
    } else if (typeof ruleset === 'object' && request.headers['if-none-match'] === `"${ruleset.revision}"`) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200).end(typeof ruleset === 'string' ? ruleset : JSON.stringify(ruleset));
    }
  }
}

/** An event as it is written to a stream. */
export function eventOf(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
