import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFlagClient, type FlagClient } from '@flagledger/node';
import type { Express } from 'express';
import { contextOf } from '../shared/account.js';
import { flag } from '../shared/flag.js';
import { createApp } from './app.js';
import { assetsIn } from './assets.js';
import { type Connection, connect } from './connection.js';
import { Directory } from './directory.js';
import { type Options, optionsOf } from './options.js';
import { classicEngine } from './pdf/classic.js';
import { modernEngine } from './pdf/modern.js';
import { RunningSum } from './pdf/runningsum.js';
import { webFolder } from './place.js';
import { Reporter } from './reporter.js';
import { ENVIRONMENT } from './setup.js';
import { Traffic } from './traffic.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort());
}
try {
  await main(optionsOf(process.argv.slice(2)));
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exitCode = 1;
}

/** Runs until it is asked to stop, and ends all that it has started. */
async function main(options: Options): Promise<void> {
  const connection = await connect(process.env);
  try {
    const { url, serverKey, clientKey } = connection;
    const flagClient = createFlagClient({ url, sdkKey: serverKey, logger: console });
    await flagClient.ready;
    const directory = new Directory();
    const reporter = new Reporter();
    const app = createApp({
      flagClient,
      directory,
      engines: { classic: classicEngine, modern: modernEngine(new RunningSum({ growing: options.repaired })) },
      assets: assetsIn(webFolder),
      browser: { url, clientKey },
      today: new Date().toISOString().slice(0, 10),
      log: (message) => reporter.complain(message),
    });
    const server = await listen(app, options.port);
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    invite(address, connection, earlyAccounts(flagClient, directory));
    tellChanges(flagClient);
    await work(options, address, directory, reporter);
    server.close();
    server.closeAllConnections();
    await flagClient.close();
  } finally {
    await connection.close();
  }
}

/** Waits for the signal to stop, with or without traffic. */
async function work({ traffic }: Options, address: string, directory: Directory, reporter: Reporter): Promise<void> {
  if (!traffic) {
    stop.signal.aborted || (await once(stop.signal, 'abort'));
    return;
  }
  const running = new Traffic(address, directory);
  const done = reporter.follow(running);
  await running.run(stop.signal);
  done();
}

/** Listens at the port, or at a free one if that is taken. */
async function listen(app: Express, port: number): Promise<Server> {
  const server = createServer(app);
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      throw err;
    }
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  return server;
}

/** Names of those whom one can sign in as and who get the new engine. */
function earlyAccounts(flagClient: FlagClient, directory: Directory): string[] {
  return directory
    .members()
    .filter(
      ({ account, users: [user] }) => user && flagClient.peek(flag.pdf, contextOf({ user, account }), false).value,
    )
    .map(({ account }) => account.name);
}

/** Says which flags somebody, or the rollout, has changed. */
function tellChanges(flagClient: FlagClient): void {
  flagClient.subscribe((event) => {
    if (event.type === 'change') {
      console.log(`Changed: ${event.flags.join(', ')}`);
    }
  });
}

function invite(address: string, { prelude }: Connection, early: readonly string[]): void {
  console.log(`
Harbour Invoicing is open at ${address}

In another terminal, in the folder you are in:

  ${prelude}
  bin/flagledger flag on ${flag.maintenance} --env ${ENVIRONMENT}
  bin/flagledger flag set ${flag.dashboard} --env ${ENVIRONMENT} --split redesign=100,classic=0 --by userId
  bin/flagledger rollout status ${flag.pdf} --env ${ENVIRONMENT} --watch

The rollout moves on, or back, by what happens when invoices are printed:
make example ARGS=--traffic prints them all the time.

${early.length > 0 ? `With the new PDF engine: ${early.join(', ')}` : 'Nobody on the list has the new PDF engine yet.'}
Press Ctrl-C to stop.
`);
}
