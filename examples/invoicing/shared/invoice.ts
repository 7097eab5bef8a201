import type { Minor } from './money.js';

export type Status = 'draft' | 'sent' | 'overdue' | 'paid';

/** One line of an invoice. */
export interface Line {
  readonly description: string;
  readonly quantity: number;
  readonly price: Minor;
}

/** What an account asks one of its customers to pay. */
export interface Invoice {
  readonly number: string;
  readonly accountId: string;
  readonly customer: string;
  /** A day: "2026-03-31". */
  readonly issued: string;
  readonly status: Status;
  readonly currency: string;
  readonly lines: readonly Line[];
}

/** An invoice in a list: its lines are counted and summed up. */
export interface Summary extends Omit<Invoice, 'lines'> {
  readonly lineCount: number;
  readonly total: Minor;
}

export function total(invoice: Pick<Invoice, 'lines'>): Minor {
  return invoice.lines.reduce((sum, line) => sum + line.quantity * line.price, 0);
}

export function summarize({ lines, ...head }: Invoice): Summary {
  return { ...head, lineCount: lines.length, total: total({ lines }) };
}
