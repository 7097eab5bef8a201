import type { FlagClient } from '@flagledger/node';
import express, { type Express } from 'express';
import { contextOf } from '../shared/account.js';
import { flag } from '../shared/flag.js';
import type { Assets } from './assets.js';
import { Book } from './book.js';
import type { Directory } from './directory.js';
import { type Engines, invoiceRoutes } from './invoices.js';
import { renderPage } from './page.js';
import { problems } from './problem.js';
import { Sessions } from './session.js';

/** How long a caller should wait before it tries again during maintenance, in seconds. */
const RETRY_AFTER = '60';

/** What the application is made of. */
export interface AppParts {
  flagClient: FlagClient;
  directory: Directory;
  engines: Engines;
  assets: Assets;
  /** How browsers reach flagledger. */
  browser: { url: string; clientKey: string };
  /** The day it is for the company: "2026-03-31". */
  today: string;
  /** Hears of failures. */
  log: (message: string) => void;
}

/** The invoicing application: its page, its API and what decides about both. */
export function createApp({ flagClient, directory, engines, assets, browser, today, log }: AppParts): Express {
  const sessions = new Sessions(directory);
  const book = new Book(today);
  const members = directory.members();
  const app = express();
  app.disable('x-powered-by');
  app.use('/assets', express.static(assets.folder, { immutable: true, maxAge: '1y' }));
  app.use(sessions.routes());

  app.use(flagClient.express({ context: (request: express.Request) => contextOf(sessions.of(request)) }));

  app.use('/api', (_request, response, next) => {
    if (!flagClient.isEnabled(flag.maintenance)) {
      next();
      return;
    }
    const detail = 'We are down for maintenance.';
    response.status(503).set('Retry-After', RETRY_AFTER).type('application/problem+json').json({ status: 503, detail });
  });
  app.use('/api/invoices', invoiceRoutes(flagClient, sessions, book, engines));

  app.get('/', (request, response) => {
    const { user, account } = sessions.of(request);
    if (flagClient.isEnabled(flag.maintenance)) {
      response.status(503).set('Retry-After', RETRY_AFTER);
    }
    const flags = { ...browser, bootstrap: flagClient.bootstrap() };
    const invoices = book.summaries(account);
    response.set('Cache-Control', 'no-store');
    response.send(renderPage({ user, account, invoices, members, today, flags }, assets));
  });
  app.use(problems(log));
  return app;
}
