import type { IncomingMessage } from 'node:http';
import type { EvaluationContext, Json } from '@flagledger/core';
import type { Bootstrap } from '@flagledger/core/browser';
import type { ClientListener } from './clientevent.js';
import type { Details } from './details.js';
import type { Middleware, MiddlewareOptions } from './middleware.js';
import type { Stats } from './stats.js';
import type { Status } from './status.js';

/** What happened, beside its name. Everything may be left out: then it is a conversion that happened now. */
export interface TrackOptions {
  /** The measurement, finite. */
  value?: number;
  /** What an error rate counts. */
  failed?: boolean;
  /** They describe the event. They are kept and never judged. */
  attributes?: Readonly<Record<string, string>>;
  /** Keys of the flags that the event counts for; all by default. */
  flags?: readonly string[];
  /** When it happened; now by default. */
  at?: Date;
  /** To whose units it happened; by default the context of the request that is being served. */
  context?: EvaluationContext;
}

/**
 * Evaluates flags in this process. No method throws, waits or does I/O except
 * `flush` and `close`, which wait; all may be called at any time, also after
 * `close`: then the client answers from its last ruleset and reports nothing.
 *
 * Evaluations report an exposure where a split has decided what a unit gets,
 * once for each flag version, variant and unit.
 *
 * Inside a request of the `express` middleware the context may be left out
 * (undefined): then it is that of the request. Elsewhere it is empty.
 */
export interface FlagClient {
  /**
   * Resolves, and never rejects, when the server has sent a ruleset, or when
   * there is nothing to wait for: `initTimeoutMs` is over, the server refuses
   * the key, or it is down and a bootstrap or cached ruleset is at hand. The
   * process stays alive until then.
   */
  readonly ready: Promise<Status>;

  /** Whether a boolean flag is on; `defaultValue` if that cannot be said. */
  isEnabled(flag: string, context?: EvaluationContext, defaultValue?: boolean): boolean;

  /** Name of the variant that is served; undefined if none is. */
  variant(flag: string, context?: EvaluationContext): string | undefined;

  /**
   * Value of a flag; `defaultValue` if it has none, or one of another type. A
   * default of null takes a value of any type. Values of JSON flags are frozen.
   */
  value<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Widened<T>;

  /** `value` with its explanation. */
  details<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>>;

  /** `details` without an exposure, for whoever reports that later, by `expose`. */
  peek<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>>;

  /** Reports the exposure that evaluating the flag would. */
  expose(flag: string, context?: EvaluationContext): void;

  /**
   * Reports that something happened: a conversion, a payment with its amount,
   * an attempt that failed. It counts for the units of the context: the
   * targeting key and each attribute that some split of the current ruleset
   * buckets by, at most ten. No other attribute leaves the process. An event
   * without a unit, or with a value that is not finite, is not reported
   * (Stats.invalid); one that finds the queue full is dropped (Stats.dropped).
   */
  track(name: string, options?: TrackOptions): void;

  /** Reports one run of an operation: its latency in milliseconds as the value, failed if there is an error. */
  observe(name: string, context: EvaluationContext | undefined, latencyMs: number, error?: unknown): void;

  /** All flags evaluated, for the page that is being rendered. It reports no exposure: the page does that. */
  bootstrap(context?: EvaluationContext): Bootstrap;

  /**
   * Middleware for Express and whatever is like it. It gives evaluations the
   * context of the request they serve, and reports one event for each request
   * in which a flag was evaluated: its latency in milliseconds, whether it
   * failed (a status of 500 or above, or an answer broken off by this process),
   * and which flags were evaluated, so that the gates of a rollout judge the
   * requests that have met its flag.
   */
  express<Request extends IncomingMessage = IncomingMessage>(options?: MiddlewareOptions<Request>): Middleware<Request>;

  /** What the client knows about its connection. */
  status(): Status;

  /** Counts since the client was made. */
  stats(): Stats;

  /** Hears of changes, of a stale ruleset and of failures; returns what ends that. */
  subscribe(listener: ClientListener): () => void;

  /** Sends what has been reported. Resolves, and never rejects, when that has been tried. */
  flush(): Promise<void>;

  /**
   * Stops following the server and sends what has been reported, for ten
   * seconds at most. Never rejects: Stats.lost counts what could not be sent.
   */
  close(): Promise<void>;

  /** `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A default of `false` asks for a boolean, not for `false`. */
export type Widened<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : T;
