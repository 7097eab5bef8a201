import type { Account } from '../shared/account.js';
import type { Directory } from './directory.js';
import { Random } from './random.js';

/** Requests that are under way at the same time. */
const AT_ONCE = 4;

/** What has been printed so far. */
export interface Tally {
  printed: number;
  failed: number;
  /** Failures of the new engine among them. */
  modernFailed: number;
  modern: number;
}

/** The end of the month: account after account prints its newest invoice, over HTTP like everybody. */
export class Traffic {
  readonly tally: Tally = { printed: 0, failed: 0, modern: 0, modernFailed: 0 };
  readonly #url: string;
  readonly #directory: Directory;
  readonly #order: Account[];
  #next = 0;

  constructor(url: string, directory: Directory) {
    this.#url = url;
    this.#directory = directory;
    this.#order = shuffled(directory.accounts());
  }

  /** Goes on until the signal and ends what it has begun; after the last account it begins with the first again. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const account = this.#order[this.#next++ % this.#order.length];
      await this.#print(account?.id ?? '');
    }
  }

  async #print(accountId: string): Promise<void> {
    const [user] = this.#directory.usersOf(accountId);
    const headers = { Cookie: `user=${user?.id}` };
    const response = await fetch(`${this.#url}/api/invoices/latest.pdf`, { headers });
    await response.arrayBuffer();
    const isModern = response.headers.get('Invoice-Engine') === 'modern';
    this.tally.printed++;
    this.tally.modern += isModern ? 1 : 0;
    this.tally.failed += response.ok ? 0 : 1;
    this.tally.modernFailed += isModern && !response.ok ? 1 : 0;
  }
}

/** In an order that is the same in every run. */
function shuffled(accounts: readonly Account[]): Account[] {
  const random = new Random('traffic');
  return accounts
    .map((account) => ({ account, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ account }) => account);
}
