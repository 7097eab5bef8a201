import { applyPatch, compareRevisions, type Ruleset } from '@flagledger/core';
import { Backoff, type StreamEvent, waitFor } from '@flagledger/core/stream';
import { changedFlags } from './changes.js';
import type { Change } from './clientevent.js';
import { type Connection, statusError } from './connection.js';
import { errorOf, reasonOf, StatusError, UnauthorizedError, UnusableError } from './failure.js';
import type { Settings } from './options.js';
import { rulesetStream } from './rulesetstream.js';
import type { Standing } from './standing.js';
import { stateOf } from './state.js';
import type { Timing } from './timing.js';
import { parsePatch, parseRuleset } from './wire.js';

const path = '/api/v1/ruleset';

/** What the updater needs, and whom it tells. */
export interface UpdaterParts {
  settings: Settings;
  timing: Timing;
  connection: Connection;
  standing: Standing;
  /** The last good ruleset so far, of a bootstrap or a cache. */
  ruleset: Ruleset | undefined;
  /** A ruleset has taken effect. */
  onRuleset: (ruleset: Ruleset, change: Change) => void;
  /** The ruleset is the newest there is. */
  onCurrent: () => void;
  /** The ruleset is not being updated; told once for each reason. */
  onError: (error: Error) => void;
  /** There is nothing that an application should still wait for before it starts. */
  onSettled: () => void;
  signal: AbortSignal;
}

/** Counts since the client was made. */
export interface UpdaterStats {
  /** Rulesets that took effect. */
  rulesets: number;
  /** Streams that were established. */
  streams: number;
  /** Rulesets and patches that could not be used. */
  garbage: number;
}

/** Keeps the ruleset current; the only writer of the state while it runs. */
export class Updater {
  readonly stats: UpdaterStats = { rulesets: 0, streams: 0, garbage: 0 };
  readonly #parts: UpdaterParts;
  readonly #backoff: Backoff;
  #ruleset: Ruleset | undefined;
  /** The server itself has sent the ruleset. Only then may patches build on it. */
  #confirmed = false;
  // These two are of the monotonic clock, which nobody sets.
  #behindSince: number | undefined;
  #polled = Number.NEGATIVE_INFINITY;
  /** Last failure told. */
  #refusal = '';

  constructor(parts: UpdaterParts) {
    this.#parts = parts;
    this.#ruleset = parts.ruleset;
    this.#backoff = new Backoff({ firstMs: parts.timing.firstRetry, maxMs: parts.timing.lastRetry });
  }

  /** Follows the server until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { signal, standing } = this.#parts;
    while (!signal.aborted) {
      const cause = await this.#follow();
      if (!signal.aborted) {
        await waitFor(await this.#recover(cause), signal);
      }
    }
    standing.disconnected(new Error('the client is closed'));
    standing.mark(true);
  }

  /** Takes events of a stream until it breaks, and returns what broke it. */
  async #follow(): Promise<Error> {
    const { connection, timing, standing, signal } = this.#parts;
    const since = this.#confirmed ? this.#ruleset?.revision : undefined;
    let established = false;
    try {
      for await (const event of rulesetStream(connection, timing, since, signal)) {
        this.#take(event);
        this.#backoff.reset();
        if (!established && this.#confirmed) {
          established = true;
          this.stats.streams++;
          this.#refusal = '';
          standing.connected();
          this.#parts.settings.logger.info('ruleset stream established', { revision: this.#ruleset?.revision });
        }
      }
      return new Error('the server has ended the stream');
    } catch (err) {
      return errorOf(err);
    }
  }

  /** Does what can be done without a stream, and says how long to wait before the next one, in milliseconds. */
  async #recover(cause: Error): Promise<number> {
    const { settings, timing, standing, onSettled } = this.#parts;
    standing.disconnected(cause);
    this.#tell(cause);
    if (cause instanceof UnauthorizedError) {
      standing.mark(true);
      onSettled();
      return timing.unauthorized;
    }
    if (cause instanceof UnusableError || performance.now() - this.#polled >= settings.pollIntervalMs) {
      await this.#poll();
    }
    if (this.#ruleset !== undefined) {
      onSettled();
    }
    const wait = Math.min(this.#backoff.next(), settings.pollIntervalMs);
    return cause instanceof StatusError ? Math.max(wait, Math.min(cause.retryAfterMs, timing.lastRetry)) : wait;
  }

  /** Fetches the whole ruleset. What the server answers is as fresh as an event of the stream. */
  async #poll(): Promise<void> {
    const { connection, timing, standing, signal } = this.#parts;
    this.#polled = performance.now();
    const have = this.#confirmed ? this.#ruleset?.revision : undefined;
    const headers: Record<string, string> = have === undefined ? {} : { 'if-none-match': `"${have}"` };
    try {
      const exchange = { headers, timeoutMs: timing.request, signal };
      const text = await connection.exchange(path, exchange, async (response) => {
        if (response.status === 304) {
          return undefined;
        }
        if (response.status !== 200) {
          throw await statusError(path, response);
        }
        return response.text();
      });
      text === undefined ? this.#current() : this.#accept(this.#read('ruleset', () => parseRuleset(text)));
    } catch (err) {
      if (!signal.aborted) {
        standing.failed(errorOf(err));
        standing.mark(true);
        this.#tell(errorOf(err));
      }
    }
  }

  #take(event: StreamEvent): void {
    if (event.event === 'put') {
      this.#accept(this.#read('ruleset', () => parseRuleset(event.data)));
    } else if (event.event === 'patch') {
      this.#patch(event.data);
    } // anything else is of the future
  }

  /** Takes a change. One that changes nothing says that the ruleset is current. */
  #patch(data: string): void {
    const next = this.#read('patch', () => {
      const patch = parsePatch(data);
      const have = this.#ruleset;
      if (have === undefined || !this.#confirmed) {
        throw new Error('it came before the ruleset');
      }
      const ours = patch.project === have.project && patch.environment === have.environment;
      const old = ours && compareRevisions(patch.revision, have.revision) < 0;
      return old ? undefined : applyPatch(have, patch); // an old one is delivered again
    });
    if (next === undefined) {
      return;
    }
    next.revision === this.#ruleset?.revision ? this.#current() : this.#accept(next);
  }

  /** Puts a ruleset of the server into effect. */
  #accept(ruleset: Ruleset): void {
    const { settings, standing, onRuleset } = this.#parts;
    if (this.#isBehind(ruleset)) {
      const [now, before] = [ruleset.revision, this.#ruleset?.revision];
      throw new Error(`revision ${now} after ${before}: the server is behind the ruleset it has sent before`);
    }
    const { program } = standing.state;
    const state = this.#read('ruleset', () => stateOf(ruleset, 'server', settings.targetingKeyFrom, program));
    const before = this.#ruleset;
    const news = !this.#confirmed || before?.revision !== ruleset.revision;
    this.#ruleset = ruleset;
    this.#confirmed = true;
    standing.state = { ...state, stale: standing.state.stale };
    this.#current();
    if (news) {
      this.stats.rulesets++;
      const flags = changedFlags(before, ruleset);
      onRuleset(ruleset, { revision: ruleset.revision, source: 'server', at: new Date(), flags });
    }
  }

  /** Notes that the ruleset is the newest there is. */
  #current(): void {
    const { standing, onCurrent, onSettled } = this.#parts;
    this.#behindSince = undefined; // a lag that comes later is another one
    standing.contacted();
    standing.mark(false);
    onSettled();
    onCurrent();
  }

  /**
   * Whether the server shows an older ruleset than before, as a replica may that
   * lags. Going back would undo a kill switch. A server that stays behind has
   * been restored from a backup, and is believed.
   */
  #isBehind(ruleset: Ruleset): boolean {
    const have = this.#ruleset;
    if (
      !this.#confirmed ||
      have === undefined ||
      compareRevisions(ruleset.revision, have.revision) >= 0 ||
      ruleset.project !== have.project ||
      ruleset.environment !== have.environment
    ) {
      return false;
    }
    this.#behindSince ??= performance.now();
    return performance.now() - this.#behindSince < this.#parts.timing.behind;
  }

  /** Reads what the server has sent; throws an UnusableError for what cannot be used. */
  #read<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (err) {
      this.stats.garbage++;
      throw new UnusableError(what, { cause: err });
    }
  }

  /** Tells of a failure once, until it changes or the stream works again. */
  #tell(error: Error): void {
    const { settings, standing, onError } = this.#parts;
    const text = reasonOf(error);
    if (text === this.#refusal) {
      return;
    }
    this.#refusal = text;
    const level = error instanceof UnauthorizedError || error instanceof UnusableError ? 'error' : 'warn';
    settings.logger[level]('ruleset is not being updated', { revision: standing.status().revision, error: text });
    onError(error);
  }
}
