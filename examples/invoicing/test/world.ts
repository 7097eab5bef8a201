import { once } from 'node:events';
import { createServer, type Server as WebServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFlagClient, type FlagClient } from '@flagledger/node';
import { type Server, startServer } from '@flagledger/testkit';
import { createApp } from '../server/app.js';
import type { Assets } from '../server/assets.js';
import { Directory } from '../server/directory.js';
import { classicEngine } from '../server/pdf/classic.js';
import { modernEngine } from '../server/pdf/modern.js';
import { ENVIRONMENT, setUp } from '../server/setup.js';

const noAssets: Assets = { folder: import.meta.dirname, script: '/assets/none.js', styles: [] };

/** The application as it is run, on a flagledger server of its own. */
export class World implements AsyncDisposable {
  readonly directory = new Directory();
  /** Failures of requests. */
  readonly failures: string[] = [];
  readonly ledger: Server;
  readonly serverKey: string;
  readonly flagClient: FlagClient;
  /** Where the application answers. */
  url = '';
  #web: WebServer | undefined;

  private constructor(ledger: Server, serverKey: string) {
    this.ledger = ledger;
    this.serverKey = serverKey;
    this.flagClient = createFlagClient({ url: ledger.url, sdkKey: serverKey, flushIntervalMs: 100 });
  }

  static async open(assets = noAssets): Promise<World> {
    const ledger = await startServer();
    await setUp((...args) => ledger.cli(...args));
    const world = new World(ledger, await ledger.key('server'));
    await world.#serve(assets);
    return world;
  }

  async #serve(assets: Assets): Promise<void> {
    const app = createApp({
      flagClient: this.flagClient,
      directory: this.directory,
      engines: { classic: classicEngine, modern: modernEngine() },
      assets,
      browser: { url: this.ledger.url, clientKey: await this.ledger.key('client') },
      today: '2026-03-31',
      log: (message) => this.failures.push(message),
    });
    this.#web = createServer(app);
    await once(this.#web.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${(this.#web.address() as AddressInfo).port}`;
    await this.flagClient.ready;
  }

  /** Sends a request as a user. */
  ask(userId: string, path: string, body?: unknown): Promise<Response> {
    const headers = { Cookie: `user=${userId}`, 'Content-Type': 'application/json' };
    return fetch(
      this.url + path,
      body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
    );
  }

  /** Changes a flag by the command line, and resolves when the application runs the change. */
  async flip(what: 'set' | 'on' | 'kill', flag: string, ...args: string[]): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      const end = this.flagClient.subscribe((event) => {
        if (event.type === 'change' && event.flags.includes(flag)) {
          end();
          resolve();
        }
      });
    });
    await this.ledger.cli('flag', what, flag, '--env', ENVIRONMENT, ...args);
    await changed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#web?.close();
    this.#web?.closeAllConnections();
    await this.flagClient.close();
    await this.ledger[Symbol.asyncDispose]();
  }
}
