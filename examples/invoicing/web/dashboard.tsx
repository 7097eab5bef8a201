import { useVariant } from '@flagledger/react';
import { flag } from '../shared/flag.js';
import type { PageData } from '../shared/page.js';
import { ClassicDashboard } from './classic.js';
import { useLedger } from './ledger.js';
import { NewInvoice } from './newinvoice.js';
import { Redesign } from './redesign.js';

/** The account's invoices, in the dashboard that this user is served. */
export function Dashboard({ data }: { data: PageData }) {
  const isRedesigned = useVariant(flag.dashboard) === 'redesign';
  const ledger = useLedger(data.invoices);
  const View = isRedesigned ? Redesign : ClassicDashboard;
  return (
    <>
      <View data={data} invoices={ledger.invoices} print={ledger.print} create={<NewInvoice ledger={ledger} />} />
      <p className={`note ${ledger.note?.tone ?? ''}`} role="status">
        {ledger.note?.text}
      </p>
    </>
  );
}
