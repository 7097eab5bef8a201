import type { EvaluationContext } from '../context.js';
import { Backoff, waitFor } from '../stream/backoff.js';
import { readEvents } from '../stream/events.js';
import { Answers } from './answers.js';
import { type Evaluation, evaluateAll, StatusError } from './ofrep.js';
import type { Settings } from './options.js';
import { Visibility } from './visibility.js';

/** What the client knows about its connection. */
export interface Status {
  /** The server, or a bootstrap, has answered. */
  readonly ready: boolean;
  /** Changes are being streamed. */
  readonly connected: boolean;
  /** Answers may not be the newest: before the first contact, and while the server is lost. */
  readonly stale: boolean;
  /** Why answers are not brought up to date; undefined while they are. */
  readonly error?: Error | undefined;
}

/** How long the server is left alone after it has refused the key, in milliseconds. */
const unauthorizedMs = 30_000;
/** A stream that has lived for so long was a good one: the next attempt need not wait. */
const goodStreamMs = 10_000;

/**
 * Keeps the answers up to date: evaluates, follows the stream, evaluates again
 * when it says so, and starts anew when it ends. Nothing that goes wrong takes
 * an answer away.
 */
export class Follower {
  answers: Answers;
  status: Status = { ready: false, connected: false, stale: true };
  readonly #settings: Settings;
  readonly #changed: (keys: readonly string[]) => void;
  readonly #closing = new AbortController();
  readonly #visibility: Visibility;
  #context: EvaluationContext;
  #etag = '';
  #evaluation: Evaluation | undefined;
  /** The request under way; a new context ends it. */
  #request = new AbortController();
  /** How many evaluations have been asked for: those that ask meanwhile share the next one. */
  #wanted = 0;
  #refreshing: Promise<boolean> | undefined;

  /** Tells of changes, and when the page goes to the background. */
  constructor(settings: Settings, changed: (keys: readonly string[]) => void, left: () => void) {
    this.#settings = settings;
    this.#changed = changed;
    this.#context = settings.context;
    const { bootstrap, context, targetingKeyFrom } = settings;
    const fits = bootstrap && contentsOf(bootstrap.context) === contentsOf(context);
    if (bootstrap && !fits) {
      settings.logger.warn('flagledger: the bootstrap is for another context');
    }
    this.answers = new Answers(context, targetingKeyFrom, fits ? bootstrap.flags : undefined);
    if (fits) {
      this.status = { ...this.status, ready: true };
    }
    this.#visibility = new Visibility(() => this.#evaluation?.idleMs ?? 120_000, left);
  }

  /** Resolves, and never rejects, when the first attempt is over. */
  async start(): Promise<void> {
    const first = this.#refresh();
    void this.#follow(first);
    await first;
  }

  /** Evaluates for another context; the last one given wins. Resolves when that was tried. */
  async setContext(context: EvaluationContext): Promise<void> {
    this.#context = context;
    this.#etag = '';
    this.#request.abort();
    await this.#refresh();
  }

  close(): void {
    this.#closing.abort();
    this.#request.abort();
    this.#visibility.close();
  }

  async #follow(first: Promise<boolean>): Promise<void> {
    const closing = this.#closing.signal;
    const backoff = new Backoff();
    for (let fresh = await first; !closing.aborted; fresh = await this.#refresh()) {
      const began = performance.now();
      const streams = fresh && this.#settings.streaming && this.#evaluation?.stream;
      if (streams) {
        await this.#stream(streams);
      }
      if (streams ? performance.now() - began > goodStreamMs : fresh) {
        backoff.reset();
      }
      await this.#visibility.shown(closing);
      const pause = streams || !fresh ? backoff.next() : this.#settings.pollIntervalMs;
      await waitFor(this.#unauthorized() ? unauthorizedMs : pause, this.#visibility.wake(closing));
    }
  }

  #unauthorized(): boolean {
    const error = this.status.error;
    return error instanceof StatusError && (error.status === 401 || error.status === 403);
  }

  /** Evaluates as often as it takes until nobody has asked since; tells whether the last attempt succeeded. */
  #refresh(): Promise<boolean> {
    this.#wanted++;
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshAll(): Promise<boolean> {
    let fresh = false;
    for (let seen = -1; seen !== this.#wanted && !this.#closing.signal.aborted; ) {
      seen = this.#wanted;
      fresh = await this.#evaluate();
    }
    return fresh;
  }

  async #evaluate(): Promise<boolean> {
    const context = this.#context;
    this.#request = new AbortController();
    try {
      const signal = AbortSignal.any([this.#request.signal, AbortSignal.timeout(this.#settings.requestMs)]);
      const evaluation = await evaluateAll(this.#settings, context, this.#etag, signal);
      if (context === this.#context && !this.#closing.signal.aborted) {
        this.#take(context, evaluation);
      }
      return true;
    } catch (err) {
      if (context === this.#context) {
        this.#fail(err);
      }
      return false;
    }
  }

  #take(context: EvaluationContext, evaluation: Evaluation | undefined): void {
    const before = this.answers;
    const { connected, stale } = this.status;
    this.status = { ready: true, connected, stale: false };
    if (evaluation) {
      this.#evaluation = evaluation;
      this.#etag = evaluation.etag;
      this.answers = new Answers(context, this.#settings.targetingKeyFrom, evaluation.flags);
    }
    const keys = this.answers.changedSince(before);
    if (keys.length > 0 || stale) {
      this.#changed(keys);
    }
  }

  /** Keeps the answers, and says that and why they may be old. */
  #fail(err: unknown): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    const error = err instanceof Error ? err : new Error(String(err));
    const isNews = !this.status.stale || this.status.error?.message !== error.message;
    this.status = { ready: this.status.ready, connected: false, stale: true, error };
    if (isNews) {
      this.#settings.logger.warn(`flagledger: ${this.#settings.url}: ${error.message}`);
      this.#changed([]);
    }
  }

  /** Follows the stream until it ends. */
  async #stream(url: string): Promise<void> {
    const { fetch, clientKey, silenceMs, requestMs } = this.#settings;
    const stop = new AbortController();
    const hidden = this.#visibility.hidden();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal, hidden]);
    const late = setTimeout(() => stop.abort(new Error('the stream did not begin')), requestMs);
    try {
      const response = await fetch(url, {
        headers: { Authorization: `Bearer ${clientKey}`, Accept: 'text/event-stream' },
        cache: 'no-store',
        signal,
      });
      clearTimeout(late);
      if (!response.ok || !response.body) {
        throw new StatusError('changes cannot be followed', response);
      }
      this.status = { ...this.status, connected: true };
      for await (const { data } of readEvents(response.body, { silenceMs, signal })) {
        if (data.includes('refetchEvaluation')) {
          void this.#refresh();
        }
      }
      throw new Error('the stream ended');
    } catch (err) {
      if (!hidden.aborted) {
        this.#fail(err);
      }
    } finally {
      clearTimeout(late);
      stop.abort();
    }
  }
}

/** A text that is the same for contexts with the same attributes, in whichever order they were written. */
export function contentsOf(context: EvaluationContext): string {
  return JSON.stringify(Object.entries(context).sort());
}
