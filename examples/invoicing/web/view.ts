import type { ReactNode } from 'react';
import type { Status, Summary } from '../shared/invoice.js';
import type { PageData } from '../shared/page.js';

/** What a dashboard is given. */
export interface ViewProps {
  data: PageData;
  /** Newest first. */
  invoices: readonly Summary[];
  /** Has a PDF made of an invoice, and opens it. */
  print: (number: string) => void;
  /** The form for a new invoice. */
  create: ReactNode;
}

export const statusNames: Record<Status, string> = {
  draft: 'Draft',
  sent: 'Sent',
  overdue: 'Overdue',
  paid: 'Paid',
};

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Writes "2026-03-31" as "31 Mar 2026". */
export function dayText(day: string): string {
  return days.format(new Date(day));
}
