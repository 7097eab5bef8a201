import type { Status, Summary } from '../shared/invoice.js';
import { money } from '../shared/money.js';
import { MonthChart } from './monthchart.js';
import { dayText, statusNames, type ViewProps } from './view.js';

/** The dashboard of the experiment: what needs attention comes first. */
export function Redesign({ data, invoices, print, create }: ViewProps) {
  const { account, user } = data;
  return (
    <section className="redesign" data-dashboard="redesign">
      <div className="headline">
        <div>
          <p className="eyebrow">{account.name}</p>
          <h1>Good to see you, {user.name.split(' ')[0]}</h1>
        </div>
        {create}
      </div>
      <div className="figures">
        <Figure title="Outstanding" invoices={invoices} of={['sent', 'overdue']} currency={account.currency} />
        <Figure title="Overdue" invoices={invoices} of={['overdue']} currency={account.currency} />
        <Figure title="Paid" invoices={invoices} of={['paid']} currency={account.currency} />
      </div>
      <div className="card">
        <h2>Billed by month</h2>
        <MonthChart invoices={invoices} today={data.today} currency={account.currency} />
      </div>
      <div className="card">
        <h2>Invoices</h2>
        <ul className="rows">
          {invoices.map((invoice) => (
            <Row key={invoice.number} invoice={invoice} print={print} />
          ))}
        </ul>
      </div>
    </section>
  );
}

interface FigureProps {
  title: string;
  invoices: readonly Summary[];
  of: readonly Status[];
  currency: string;
}

function Figure({ title, invoices, of, currency }: FigureProps) {
  const counted = invoices.filter(({ status }) => of.includes(status));
  const sum = counted.reduce((before, { total }) => before + total, 0);
  return (
    <div className={`card figure ${title.toLowerCase()}`}>
      <h2>{title}</h2>
      <strong>{money(sum, currency)}</strong>
      <p>{counted.length === 1 ? '1 invoice' : `${counted.length} invoices`}</p>
    </div>
  );
}

function Row({ invoice, print }: { invoice: Summary; print: ViewProps['print'] }) {
  const { number, customer, issued, lineCount, status, total, currency } = invoice;
  return (
    <li>
      <span className="who">
        <b>{customer}</b>
        <small>
          {number} · {dayText(issued)} · {lineCount === 1 ? '1 line' : `${lineCount} lines`}
        </small>
      </span>
      <span className={`pill ${status}`}>{statusNames[status]}</span>
      <span className="amount">{money(total, currency)}</span>
      <button type="button" className="button quiet" onClick={() => print(number)}>
        PDF<span className="hidden"> of {number}</span>
      </button>
    </li>
  );
}
