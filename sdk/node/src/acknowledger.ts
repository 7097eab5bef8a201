import { Backoff, waitFor } from '@flagledger/core/stream';
import { type Connection, statusError } from './connection.js';
import { StatusError } from './failure.js';
import type { Timing } from './timing.js';
import { sdkName } from './version.js';

const path = '/api/v1/ruleset/ack';

/**
 * Tells the server which revision is in effect. Signals that come while it is
 * busy are answered together, with the revision that is then in effect.
 */
export class Acknowledger {
  #wanted = false;
  #busy = false;
  #waiting: AbortController | undefined;

  readonly #connection: Connection;
  readonly #timing: Timing;
  readonly #revision: () => string;
  readonly #signal: AbortSignal;

  constructor(connection: Connection, timing: Timing, revision: () => string, signal: AbortSignal) {
    this.#connection = connection;
    this.#timing = timing;
    this.#revision = revision;
    this.#signal = signal;
  }

  /** Acknowledges soon. It also ends a wait for another attempt: the server is back, or has news. */
  acknowledge(): void {
    this.#wanted = true;
    this.#waiting?.abort();
    if (!this.#busy) {
      this.#busy = true;
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    const backoff = new Backoff({ firstMs: this.#timing.firstRetry, maxMs: this.#timing.lastRetry });
    while (this.#wanted && !this.#signal.aborted) {
      this.#wanted = false;
      if (!(await this.#post())) {
        await this.#pause(backoff.next());
        this.#wanted = true;
      }
    }
    this.#busy = false; // at once, or a signal could fall between
  }

  /** Reports whether another attempt is of no use. */
  async #post(): Promise<boolean> {
    const body = { instance: this.#connection.instance, revision: this.#revision(), sdk: sdkName };
    try {
      await this.#connection.exchange(
        path,
        { method: 'POST', body, timeoutMs: this.#timing.request, signal: this.#signal },
        async (response) => {
          if (response.status !== 204) {
            throw await statusError(path, response);
          }
        },
      );
      return true;
    } catch (err) {
      return err instanceof StatusError && !err.temporary;
    }
  }

  async #pause(ms: number): Promise<void> {
    const waiting = new AbortController();
    const end = () => waiting.abort();
    this.#waiting = waiting;
    this.#signal.addEventListener('abort', end);
    await waitFor(ms, waiting.signal);
    this.#signal.removeEventListener('abort', end);
    this.#waiting = undefined;
  }
}
