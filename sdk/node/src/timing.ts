/** The times that users need not choose, in milliseconds. Tests shorten them. */
export interface Timing {
  /** One exchange, and the wait for the header of the stream. */
  request: number;
  /** No byte on the stream for so long: it is dead. */
  silence: number;
  /** Between attempts with a refused key. */
  unauthorized: number;
  /** How long a server may lag before it is believed. */
  behind: number;
  /** How long `close` flushes at most. */
  closing: number;
  /** Range that the waits between attempts double through. */
  firstRetry: number;
  lastRetry: number;
}

/** What the product runs with. */
export const defaultTiming: Timing = {
  request: 10_000,
  silence: 45_000, // three heartbeats of the server
  unauthorized: 30_000,
  behind: 60_000,
  closing: 10_000,
  firstRetry: 500,
  lastRetry: 30_000,
};
