import type { Bootstrap } from '@flagledger/node';
import type { Account, Member, User } from './account.js';
import type { Summary } from './invoice.js';

/** What the server has found out for a page; the browser goes on from there. */
export interface PageData {
  readonly user: User;
  readonly account: Account;
  readonly invoices: readonly Summary[];
  /** Whom one can sign in as. */
  readonly members: readonly Member[];
  /** The day it is for the company: "2026-03-31". */
  readonly today: string;
  readonly flags: {
    /** Where flagledger answers the browser. */
    readonly url: string;
    /** A client key, which is no secret. */
    readonly clientKey: string;
    readonly bootstrap: Bootstrap;
  };
}
