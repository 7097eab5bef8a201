import type { Account, Member, Plan, User } from '../shared/account.js';
import { Random } from './random.js';

/** How many accounts the company has, and how many of them one can sign in to. */
export const ACCOUNTS = 12_000;
const WITH_USERS = 40;

/** One account in 33 is a wholesaler, whose largest invoice has more than 200 lines. */
const WHOLESALERS = 33;
/** One account in 350 has uploaded a logo of a format that no engine reads. */
const BROKEN_LOGOS = 350;

interface Seed extends Omit<Account, 'currency'> {
  users: readonly string[];
}

/** The accounts that everybody in the company knows by name. */
const known: readonly Seed[] = [
  { id: 'acme', name: 'Acme Corporation', plan: 'enterprise', country: 'US', users: ['Ada Brandt', 'Cole Whitaker'] },
  { id: 'globex', name: 'Globex Logistics', plan: 'enterprise', country: 'DE', users: ['Hanna Vogt', 'Jonas Keller'] },
  { id: 'initech', name: 'Initech Systems', plan: 'enterprise', country: 'GB', users: ['Priya Nair', 'Tom Ashdown'] },
  { id: 'fernhill', name: 'Fernhill Pottery', plan: 'free', country: 'GB', users: ['Maya Collins'] },
  { id: 'bluebird', name: 'Bluebird Bakery', plan: 'free', country: 'US', users: ['Luis Ortega', 'Grace Kim'] },
  { id: 'atelier-roux', name: 'Atelier Roux', plan: 'free', country: 'FR', users: ['Camille Roux'] },
  { id: 'northwind', name: 'Northwind Wholesale', plan: 'pro', country: 'GB', users: ['Owen Hughes', 'Zoë Marsh'] },
  { id: 'van-dijk', name: 'Van Dijk Bicycles', plan: 'pro', country: 'NL', users: ['Sanne van Dijk', 'Bram Visser'] },
];

const firstNames = ['Alma', 'Ben', 'Carla', 'Dev', 'Elif', 'Finn', 'Greta', 'Hugo', 'Ines', 'Jack', 'Kira', 'Leo'];
const lastNames = ['Adler', 'Byrne', 'Costa', 'Drake', 'Evans', 'Fontaine', 'Gruber', 'Hale', 'Ivarsson', 'Joyce'];
const trades = ['Joinery', 'Catering', 'Design', 'Plumbing', 'Florists', 'Roofing', 'Press', 'Coffee', 'Optics'];
const currencies: Record<string, string> = { US: 'USD', GB: 'GBP', AU: 'AUD' };

/** Who the customers of the company are. The same in every run. */
export class Directory {
  readonly #accounts = new Map<string, Account>();
  readonly #users = new Map<string, User>();

  constructor() {
    known.forEach((seed) => {
      this.#add(seed);
    });
    for (let i = known.length; i < ACCOUNTS; i++) {
      this.#add(seedOf(i));
    }
  }

  #add({ users, ...account }: Seed): void {
    this.#accounts.set(account.id, { ...account, currency: currencies[account.country] ?? 'EUR' });
    users.forEach((name, i) => {
      const id = userId(account.id, i + 1);
      this.#users.set(id, { id, name, accountId: account.id });
    });
  }

  /** All accounts, those that are known by name first. */
  accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  account(id: string): Account | undefined {
    return this.#accounts.get(id);
  }

  user(id: string): User | undefined {
    return this.#users.get(id);
  }

  /** Those who can sign in from the page, by account. */
  members(): Member[] {
    return this.accounts()
      .slice(0, WITH_USERS)
      .map((account) => ({ account, users: this.usersOf(account.id) }));
  }

  /** Who works for an account; nobody if there is no such account. */
  usersOf(accountId: string): User[] {
    const users: User[] = [];
    for (let i = 1; ; i++) {
      const user = this.#users.get(userId(accountId, i));
      if (!user) {
        return users;
      }
      users.push(user);
    }
  }
}

function userId(accountId: string, i: number): string {
  return `${accountId}-${i}`;
}

function seedOf(index: number): Seed {
  const random = new Random(`account ${index}`);
  const id = `acc-${String(index).padStart(5, '0')}`;
  const name = `${random.pick(lastNames)} ${random.pick(trades)}`;
  const users = Array.from({ length: random.between(1, 2) }, () => {
    return `${random.pick(firstNames)} ${random.pick(lastNames)}`;
  });
  return { id, name, plan: planOf(random.next()), country: countryOf(random.next()), users };
}

function planOf(chance: number): Plan {
  return chance < 0.62 ? 'free' : chance < 0.98 ? 'pro' : 'enterprise';
}

function countryOf(chance: number): string {
  const shares: [string, number][] = [
    ['GB', 0.4],
    ['US', 0.65],
    ['DE', 0.76],
    ['FR', 0.85],
    ['NL', 0.92],
    ['IE', 0.97],
  ];
  return shares.find(([, upTo]) => chance < upTo)?.[0] ?? 'AU';
}

/** Whether an account issues invoices of more than 200 lines. */
export function isWholesaler(accountId: string): boolean {
  return accountId === 'northwind' || accountId === 'globex' || (indexOf(accountId) ?? 1) % WHOLESALERS === 0;
}

/** Whether an account's logo is of a format that cannot be printed. */
export function hasBrokenLogo(accountId: string): boolean {
  return indexOf(accountId) !== undefined && (indexOf(accountId) ?? 0) % BROKEN_LOGOS === 200;
}

function indexOf(accountId: string): number | undefined {
  return accountId.startsWith('acc-') ? Number(accountId.slice(4)) : undefined;
}
