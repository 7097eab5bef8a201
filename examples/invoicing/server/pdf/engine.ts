import type { Account } from '../../shared/account.js';
import type { Invoice } from '../../shared/invoice.js';

/** What is printed. */
export interface Job {
  readonly invoice: Invoice;
  /** Whose invoice it is. */
  readonly seller: Account;
  /** A picture, PNG or JPEG. */
  readonly logo: Buffer;
}

/** Makes a PDF of an invoice. */
export interface Engine {
  readonly name: string;
  /** Resolves with the file; rejects if the invoice cannot be printed. */
  render(job: Job): Promise<Buffer>;
}

/** The rows of an invoice that fit on one page. */
export const ROWS_PER_PAGE = 32;

/** Cuts a list into parts of `size`, the last one shorter. */
export function pagesOf<T>(items: readonly T[], size = ROWS_PER_PAGE): T[][] {
  const pages: T[][] = [];
  for (let at = 0; at < items.length; at += size) {
    pages.push(items.slice(at, at + size));
  }
  return pages;
}
