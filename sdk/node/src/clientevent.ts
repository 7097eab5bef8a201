import type { Source } from './status.js';

/** A ruleset that has just taken effect. */
export interface Change {
  /** Revision of the ruleset, a decimal number. */
  readonly revision: string;
  /** Where it came from. */
  readonly source: Source;
  /** When it took effect, by this machine's clock. */
  readonly at: Date;
  /**
   * Keys of the flags that may answer differently now: those that were changed,
   * added or removed, and those that depend on one of them or on a changed
   * segment.
   */
  readonly flags: readonly string[];
}

/**
 * What a listener of `subscribe` is told. `ready`: the client is in step with
 * the server, for the first time or again after `stale`. `change`: a ruleset
 * has taken effect. `stale`: the ruleset may not be the newest any more.
 * `error`: the ruleset is not being updated, and why; told once for each reason.
 */
export type ClientEvent =
  | { readonly type: 'ready' }
  | ({ readonly type: 'change' } & Change)
  | { readonly type: 'stale' }
  | { readonly type: 'error'; readonly error: Error };

/** Hears what happens to a client. What it throws is logged and otherwise ignored. */
export type ClientListener = (event: ClientEvent) => void;
