/** What an account pays for. */
export type Plan = 'free' | 'pro' | 'enterprise';

/** A customer of the invoicing company. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  /** Two letters, as in ISO 3166. */
  readonly country: string;
  /** Three letters, as in ISO 4217. */
  readonly currency: string;
}

/** Somebody who works for an account. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
}

/** An account and who works for it. */
export interface Member {
  readonly account: Account;
  readonly users: readonly User[];
}

/** Somebody, and for whom they work. */
export interface Who {
  readonly user: User;
  readonly account: Account;
}

/**
 * What flags may ask about a user. The server's evaluations and the browser's
 * use the same context, or they could disagree.
 */
export function contextOf({ user, account }: Who) {
  return { userId: user.id, accountId: account.id, plan: account.plan, country: account.country };
}
