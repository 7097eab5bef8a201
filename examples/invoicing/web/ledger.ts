import { useState } from 'react';
import type { Line, Summary } from '../shared/invoice.js';

/** What the page says about the latest action. */
export interface Note {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

/** The invoices as the page knows them, and what can be done with them. */
export interface Ledger {
  readonly invoices: readonly Summary[];
  readonly note: Note | undefined;
  /** Has a PDF made of an invoice, and opens it. */
  print(number: string): Promise<void>;
  /** Makes an invoice; resolves with whether it was made. */
  create(customer: string, lines: readonly Line[]): Promise<boolean>;
}

export function useLedger(initial: readonly Summary[]): Ledger {
  const [invoices, setInvoices] = useState(initial);
  const [note, setNote] = useState<Note>();

  async function print(number: string): Promise<void> {
    const began = performance.now();
    const response = await ask(`/api/invoices/${number}.pdf`);
    const engine = response.headers.get('Invoice-Engine');
    if (!response.ok) {
      const by = engine ? `The ${engine} engine failed` : await reasonOf(response);
      setNote({ tone: 'bad', text: `${number} could not be printed. ${by} (${response.status}).` });
      return;
    }
    const file = await response.blob();
    const ms = Math.round(performance.now() - began);
    const size = Math.ceil(file.size / 1024);
    setNote({ tone: 'good', text: `${number}.pdf, ${size} kB, printed by the ${engine} engine in ${ms} ms.` });
    const url = URL.createObjectURL(file);
    window.open(url, '_blank');
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async function create(customer: string, lines: readonly Line[]): Promise<boolean> {
    const response = await ask('/api/invoices', { customer, lines });
    if (!response.ok) {
      setNote({ tone: 'bad', text: await reasonOf(response) });
      return false;
    }
    const made: Summary = await response.json();
    setInvoices((before) => [made, ...before]);
    setNote({ tone: 'good', text: `${made.number} for ${made.customer} is created.` });
    return true;
  }
  return { invoices, note, print, create };
}

/** A server that cannot be reached is a refusal like others. */
async function ask(path: string, body?: unknown): Promise<Response> {
  try {
    return await fetch(path, {
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    return Response.json({ detail: 'The server cannot be reached.' }, { status: 503 });
  }
}

async function reasonOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => undefined);
  const hasDetail = typeof problem === 'object' && problem !== null && 'detail' in problem;
  return hasDetail ? String(problem.detail) : 'That did not work.';
}
