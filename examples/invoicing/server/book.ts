import type { Account } from '../shared/account.js';
import { type Invoice, type Line, type Status, type Summary, summarize } from '../shared/invoice.js';
import { isWholesaler } from './directory.js';
import { Random } from './random.js';

/** What somebody asks to be made an invoice. */
export interface Draft {
  readonly customer: string;
  readonly lines: readonly Line[];
}

const customers = [
  'Ashworth & Sons',
  'Beacon Studios',
  'Café Lumière',
  'Delta Fitness',
  'Elm Street Dental',
  'Foxglove Events',
  'Greenway School',
  'Hotel Meridian',
  'Ivy House',
  'Juniper Labs',
  'Kestrel Travel',
  'Linden Court',
];
const goods = [
  'Consulting, per hour',
  'Delivery',
  'Design of a label',
  'Fabric, per metre',
  'Hosting, per month',
  'Installation on site',
  'Maintenance visit',
  'Oak board, 2 m',
  'Packaging',
  'Photography, per day',
  'Printing, 100 sheets',
  'Repair kit',
  'Spare part',
  'Support, per hour',
  'Training day',
];

/** How many invoices an account has to begin with. */
const INVOICES = 14;
const DAY_MS = 86_400_000;

/**
 * The invoices of all accounts, in memory. Those from before today are made up
 * anew whenever somebody asks for them: all together would fill the memory.
 */
export class Book {
  readonly #added = new Map<string, Invoice[]>();
  readonly #today: number;

  /** `today` is a day, "2026-03-31": the newest invoices are of that day. */
  constructor(today: string) {
    this.#today = Date.parse(today);
  }

  /** An account's invoices, newest first. */
  of(account: Account): readonly Invoice[] {
    return [...(this.#added.get(account.id) ?? []), ...madeUp(account, this.#today)];
  }

  summaries(account: Account): Summary[] {
    return this.of(account).map(summarize);
  }

  find(account: Account, number: string): Invoice | undefined {
    return this.of(account).find((invoice) => invoice.number === number);
  }

  /** Adds an invoice to an account's. */
  add(account: Account, { customer, lines }: Draft): Invoice {
    const before = this.#added.get(account.id) ?? [];
    const invoice: Invoice = {
      number: `INV-${1001 + INVOICES + before.length}`,
      accountId: account.id,
      customer,
      issued: new Date(this.#today).toISOString().slice(0, 10),
      status: 'draft',
      currency: account.currency,
      lines,
    };
    this.#added.set(account.id, [invoice, ...before]);
    return invoice;
  }
}

function madeUp(account: Account, today: number): Invoice[] {
  const random = new Random(`invoices of ${account.id}`);
  const ages = Array.from({ length: INVOICES }, () => random.between(1, 180)).sort((a, b) => a - b);
  return ages.map((days, i) => {
    // A wholesaler's newest invoice is the large one of the season.
    const isLarge = i === 0 && isWholesaler(account.id);
    const count = isLarge ? 201 + random.between(12, 160) : size(random);
    return {
      number: `INV-${1000 + INVOICES - i}`,
      accountId: account.id,
      customer: random.pick(customers),
      issued: new Date(today - days * DAY_MS).toISOString().slice(0, 10),
      status: statusOf(days, random),
      currency: account.currency,
      lines: Array.from({ length: count }, () => lineOf(random)),
    };
  });
}

/** Lognormal around 12 lines. */
function size(random: Random): number {
  return Math.min(180, Math.max(1, Math.round(12 * Math.exp(0.8 * random.normal()))));
}

function lineOf(random: Random): Line {
  return { description: random.pick(goods), quantity: random.between(1, 9), price: random.between(4, 240) * 50 };
}

function statusOf(days: number, random: Random): Status {
  if (days < 5) {
    return 'draft';
  }
  const isPaid = random.next() < days / 60;
  return isPaid ? 'paid' : days > 30 ? 'overdue' : 'sent';
}
