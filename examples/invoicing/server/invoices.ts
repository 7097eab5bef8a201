import type { FlagClient } from '@flagledger/node';
import { json, type RequestHandler, Router } from 'express';
import { flag } from '../shared/flag.js';
import { summarize } from '../shared/invoice.js';
import type { Book } from './book.js';
import { draftOf } from './draft.js';
import { logoOf } from './logo.js';
import type { Engine } from './pdf/engine.js';
import { Problem } from './problem.js';
import type { Sessions } from './session.js';

/** What prints invoices. */
export interface Engines {
  readonly classic: Engine;
  readonly modern: Engine;
}

const MOST_AT_ONCE = 100;

/** The API of invoices. The flags of a request are those of whoever is signed in. */
export function invoiceRoutes(
  flagClient: FlagClient,
  sessions: Sessions,
  book: Book,
  engines: Engines,
): RequestHandler {
  const routes = Router();
  routes.use(json({ limit: '2mb' }));

  routes.get('/', (request, response) => {
    response.json(book.summaries(sessions.of(request).account));
  });

  routes.post('/', (request, response) => {
    const made = book.add(sessions.of(request).account, draftOf(request.body));
    flagClient.track('invoice_created');
    response.status(201).json(summarize(made));
  });

  routes.post('/bulk', (request, response) => {
    if (!flagClient.isEnabled(flag.bulk)) {
      throw new Problem(403, 'Bulk invoices are not part of your plan.');
    }
    const drafts: unknown = request.body;
    if (!Array.isArray(drafts) || drafts.length === 0 || drafts.length > MOST_AT_ONCE) {
      throw new Problem(422, `The body must be a list of 1 to ${MOST_AT_ONCE} invoices.`);
    }
    const { account } = sessions.of(request);
    const checked = drafts.map((draft, i) => draftOf(draft, `[${i}].`)); // all or none
    response.status(201).json(checked.map((draft) => summarize(book.add(account, draft))));
  });

  routes.get('/:number.pdf', async (request, response) => {
    const { account: seller } = sessions.of(request);
    const { number } = request.params;
    const invoice = number === 'latest' ? book.of(seller)[0] : book.find(seller, number);
    if (!invoice) {
      throw new Problem(404, `You have no invoice ${number}.`);
    }
    const engine = flagClient.isEnabled(flag.pdf) ? engines.modern : engines.classic;
    response.set('Invoice-Engine', engine.name); // also when it fails
    const file = await engine.render({ invoice, seller, logo: logoOf(seller) });
    response.type('application/pdf').send(file);
  });
  return routes;
}
