import type { Account } from '../shared/account.js';

const example = `curl -X POST /api/invoices/bulk \\
  -H 'Content-Type: application/json' \\
  -d '[{"customer": "Elm Street Dental",
        "lines": [{"description": "Delivery", "quantity": 2, "price": 1250}]}]'`;

/** Tells the accounts that have it about the bulk API. */
export function BulkCard({ account }: { account: Account }) {
  return (
    <section className="card bulk" data-feature="bulk">
      <h2>
        Bulk invoices <span className="pill new">API</span>
      </h2>
      <p>{account.name} may create up to 100 invoices in one request. Prices are in minor units.</p>
      <pre>
        <code>{example}</code>
      </pre>
    </section>
  );
}
