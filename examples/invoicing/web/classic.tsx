import { money } from '../shared/money.js';
import { dayText, statusNames, type ViewProps } from './view.js';

/** The dashboard of all the years: one table. */
export function ClassicDashboard({ data, invoices, print, create }: ViewProps) {
  const { account } = data;
  const open = invoices.filter(({ status }) => status === 'sent' || status === 'overdue');
  const sum = open.reduce((before, { total }) => before + total, 0);
  return (
    <section className="classic" data-dashboard="classic">
      <h1>Invoices of {account.name}</h1>
      <p>
        {invoices.length} invoices, {open.length} of them open: {money(sum, account.currency)}.
      </p>
      {create}
      <table>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Issued</th>
            <th scope="col">Customer</th>
            <th scope="col">Status</th>
            <th scope="col" className="number">
              Lines
            </th>
            <th scope="col" className="number">
              Total
            </th>
            <th scope="col">
              <span className="hidden">Print</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {invoices.map(({ number, issued, customer, status, lineCount, total, currency }) => (
            <tr key={number}>
              <td>{number}</td>
              <td>{dayText(issued)}</td>
              <td>{customer}</td>
              <td>{statusNames[status]}</td>
              <td className="number">{lineCount}</td>
              <td className="number">{money(total, currency)}</td>
              <td>
                <button type="button" className="link" onClick={() => print(number)}>
                  PDF<span className="hidden"> of {number}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
