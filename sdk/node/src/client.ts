import type { IncomingMessage } from 'node:http';
import type { EvaluationContext, Json } from '@flagledger/core';
import type { Bootstrap } from '@flagledger/core/browser';
import { Reporter } from '@flagledger/core/report';
import { bootstrapOf } from './bootstrap.js';
import type { ClientListener } from './clientevent.js';
import { Connection } from './connection.js';
import type { Details } from './details.js';
import { Evaluations } from './evaluations.js';
import { reasonOf } from './failure.js';
import type { FlagClient, TrackOptions, Widened } from './flagclient.js';
import { Follower } from './follower.js';
import { Listeners } from './listeners.js';
import { type Middleware, type MiddlewareOptions, middlewareOf } from './middleware.js';
import { type FlagClientOptions, type Settings, settingsOf } from './options.js';
import type { Outcome } from './outcome.js';
import { newRequests, type RequestScope } from './request.js';
import type { Stats } from './stats.js';
import type { Status } from './status.js';
import { defaultTiming, type Timing } from './timing.js';
import { unitsOf } from './units.js';
import { sdkName } from './version.js';

/**
 * Makes a client and starts it: it follows the server until `close`. Await
 * `ready` before the first evaluation, unless the callers' defaults will do.
 *
 * Throws a TypeError for options that cannot be used, and for nothing else. A
 * server that is down is no error: the client serves what it has, says so in
 * `status` and in `details`, and goes on trying.
 */
export function createFlagClient(options: FlagClientOptions): FlagClient {
  return openClient(options, defaultTiming);
}

/** createFlagClient with other times. */
export function openClient(options: FlagClientOptions, timing: Timing): FlagClient {
  const client = new Client(settingsOf(options), timing);
  client.start();
  return client;
}

class Client implements FlagClient {
  readonly #settings: Settings;
  readonly #timing: Timing;
  readonly #listeners: Listeners;
  readonly #follower: Follower;
  readonly #reporter: Reporter;
  readonly #evaluations: Evaluations;
  #closed: Promise<void> | undefined;

  constructor(settings: Settings, timing: Timing) {
    this.#settings = settings;
    this.#timing = timing;
    this.#listeners = new Listeners(settings.logger);
    this.#follower = new Follower(settings, timing, new Connection(settings), this.#listeners);
    this.#reporter = newReporter(settings);
    this.#evaluations = new Evaluations(this.#follower.standing, this.#reporter, settings.targetingKeyFrom);
  }

  start(): void {
    this.#follower.start();
  }

  get ready(): Promise<Status> {
    return this.#follower.ready;
  }

  isEnabled(flag: string, context?: EvaluationContext, defaultValue = false): boolean {
    return this.#evaluations.isEnabled(flag, context, defaultValue);
  }

  variant(flag: string, context?: EvaluationContext): string | undefined {
    return this.#evaluations.details(flag, context, null).variant;
  }

  value<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Widened<T> {
    return this.#evaluations.details(flag, context, defaultValue).value;
  }

  details<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>> {
    return this.#evaluations.details(flag, context, defaultValue);
  }

  peek<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>> {
    return this.#evaluations.peek(flag, context, defaultValue);
  }

  expose(flag: string, context?: EvaluationContext): void {
    this.#evaluations.details(flag, context, null);
  }

  track(name: string, options: TrackOptions = {}): void {
    this.#report(name, options, [this.#evaluations.subject(options.context)]);
  }

  observe(name: string, context: EvaluationContext | undefined, latencyMs: number, error?: unknown): void {
    const failed = error !== undefined && error !== null && error !== false;
    this.#report(name, { value: latencyMs, failed }, [this.#evaluations.subject(context)]);
  }

  bootstrap(context?: EvaluationContext): Bootstrap {
    return bootstrapOf(this.#follower.standing.state, this.#evaluations.subject(context));
  }

  express<Request extends IncomingMessage = IncomingMessage>(
    options: MiddlewareOptions<Request> = {},
  ): Middleware<Request> {
    const requests = this.#evaluations.requests ?? newRequests();
    this.#evaluations.requests = requests;
    const report = (event: string, { flags, contexts }: RequestScope, { latencyMs, failed }: Outcome) => {
      this.#report(event, { value: latencyMs, failed, flags: [...flags] }, contexts);
    };
    return middlewareOf({ requests, logger: this.#settings.logger, report }, options);
  }

  status(): Status {
    return this.#follower.standing.status();
  }

  stats(): Stats {
    return { ...this.#reporter.stats(), ...this.#follower.stats() };
  }

  subscribe(listener: ClientListener): () => void {
    return this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    await this.#alive(this.#reporter.flush());
  }

  close(): Promise<void> {
    this.#closed ??= this.#alive(this.#close());
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([this.#follower.stop(), this.#reporter.close(this.#timing.closing)]);
  }

  /** Keeps the process until `work` is done, and what it rejects with from the caller. */
  async #alive(work: Promise<void>): Promise<void> {
    const hold = setInterval(() => {}, this.#timing.closing);
    try {
      await work;
    } catch (err) {
      this.#settings.logger.error('reports are lost', { error: reasonOf(err) });
    } finally {
      clearInterval(hold);
    }
  }

  #report(name: string, { value, failed, attributes, flags, at }: TrackOptions, contexts: EvaluationContext[]): void {
    try {
      const { program } = this.#follower.standing.state;
      const units = unitsOf(program, contexts, this.#settings.targetingKeyFrom);
      this.#reporter.track({ name, value, failed, attributes, flags, at, units });
    } catch (err) {
      this.#settings.logger.warn('an event was not reported', { name, error: reasonOf(err) });
    }
  }
}

function newReporter(settings: Settings): Reporter {
  const { url, sdkKey: key, fetch, flushIntervalMs, queueSize, remember, exposureAttributes, logger } = settings;
  const onFailure = (error: string) => logger.warn('not everything that was reported counts', { error });
  return new Reporter({
    ...{ url, key, fetch, flushIntervalMs, queueSize, remember, exposureAttributes },
    sdk: sdkName,
    batchSize: 1000,
    onFailure,
  });
}
