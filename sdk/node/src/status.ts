/** Where a ruleset came from; "none" while there is none. */
export type Source = 'none' | 'bootstrap' | 'cache' | 'server';

/** What the client knows about its connection. */
export interface Status {
  /** The server itself has sent a ruleset, or confirmed the one in effect. */
  readonly ready: boolean;
  /** The ruleset is being streamed. */
  readonly connected: boolean;
  /** The ruleset may not be the newest: before the first contact, and when the server is lost. */
  readonly stale: boolean;
  /** Revision of the ruleset in effect, a decimal number; "0" while there is none. */
  readonly revision: string;
  /** Where that ruleset came from. */
  readonly source: Source;
  /** When the server last confirmed that the ruleset is the newest, by this machine's clock. */
  readonly lastContact: Date | undefined;
  /** Why the ruleset is not being updated; undefined while it is. An UnauthorizedError needs somebody to act. */
  readonly error: Error | undefined;
}
