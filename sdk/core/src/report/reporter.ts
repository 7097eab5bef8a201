import type { EvaluationContext } from '../context.js';
import { Backoff, idly, waitFor } from '../stream/backoff.js';
import { type Batch, type MetricEvent, type ReportStats, sizeOf } from './item.js';
import { ExposureMemory } from './memory.js';
import { post } from './post.js';

/** What a {@link Reporter} needs. */
export interface ReporterOptions {
  /** Address of the server, without a path. */
  url: string;
  key: string;
  /** Name and version of the SDK, "flagledger-node/0.1.0". */
  sdk: string;
  fetch: typeof fetch;
  /** The longest that an item waits for others, in milliseconds. */
  flushIntervalMs: number;
  /** How many items may wait; more are dropped and counted. */
  queueSize: number;
  /** How many exposures are remembered as reported. */
  remember: number;
  /** The attributes of contexts that exposures carry. */
  exposureAttributes: readonly string[];
  /** How many items are sent at once. */
  batchSize: number;
  /** Whether a request should outlive the page that makes it. */
  keepalive?: () => boolean;
  /** Hears, once for each reason, what the server refuses, and of each loss. */
  onFailure?: (message: string) => void;
}

const hour = 3_600_000;
/** How long a batch is tried before it is given up, and how long nothing is sent after the key was refused. */
const retryForMs = 120_000;
const unauthorizedMs = 30_000;
/** Of an attribute, in UTF-16 units: at most 1,000 bytes. */
const longest = 250;

/**
 * The named attributes as text, a list joined by commas; undefined without
 * names. What is missing is left out, long text is cut to what the server takes.
 */
const chosen = (context: EvaluationContext, names: readonly string[]) =>
  (names[0] &&
    Object.fromEntries(
      names.filter((name) => context[name] != null).map((name) => [name, String(context[name]).slice(0, longest)]),
    )) as Record<string, string> | undefined;

/**
 * Carries exposures and events to the server. Reporting never waits and never
 * throws: what does not fit the bounded queue is dropped and counted. Batches
 * are sent one after the other, so a slow server gets one request at a time.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #memory: ExposureMemory;
  readonly #stats: ReportStats = {
    exposures: 0,
    events: 0,
    accepted: 0,
    rejected: 0,
    refused: 0,
    dropped: 0,
    lost: 0,
    invalid: 0,
    queued: 0,
    batches: 0,
    retries: 0,
  };
  readonly #reasons = new Set<string>();
  /** Aborted when waiting between attempts must end, and when requests must. */
  readonly #closing = new AbortController();
  readonly #ending = new AbortController();
  readonly #aging: ReturnType<typeof setInterval>;
  #waiting: Batch[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #delivery: Promise<void> | undefined;
  /** When the server may be asked again after it refused the key, as performance.now() counts. */
  #resumeAt = 0;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#memory = new ExposureMemory(options.remember);
    this.#aging = idly(setInterval(() => this.#memory.age(), hour));
  }

  /**
   * Reports that a unit was served a variant because a split decided so: `by`
   * is the attribute that the split buckets by, `unit` its value as it is
   * bucketed, `rule` the rule that decided, "" if none did, `context` whom it
   * was evaluated for. It may be called at every evaluation: for an exposure
   * that is known it allocates nothing. One that finds the queue full is not
   * remembered, so it is reported later.
   */
  expose(
    flag: string,
    version: string,
    variant: string,
    unit: string,
    by: string,
    rule: string,
    context: EvaluationContext,
  ): void {
    if (this.#memory.has(flag, version, variant, unit) || this.#closing.signal.aborted) {
      return;
    }
    this.#stats.exposures++;
    const batch = this.#room();
    if (batch !== undefined) {
      const attributes = chosen(context, this.#options.exposureAttributes);
      const exposure = { flag, version, variant, by, unit, rule: rule || undefined, attributes };
      this.#memory.add(exposure);
      batch.exposures.push({ ...exposure, at: new Date().toISOString() });
      this.#schedule();
    }
  }

  /** Reports an event. One that no server could count is not reported, see `ReportStats.invalid`. */
  track({ at = new Date(), ...event }: MetricEvent): void {
    if (this.#closing.signal.aborted) {
      return;
    }
    const finite = event.value === undefined || Number.isFinite(event.value);
    if (!event.name || !finite || Object.keys(event.units).length === 0 || Number.isNaN(at.getTime())) {
      this.#stats.invalid++;
      return;
    }
    this.#stats.events++;
    const batch = this.#room();
    if (batch !== undefined) {
      batch.events.push({ ...event, at: at.toISOString() });
      this.#schedule();
    }
  }

  /** Counts of this moment. */
  stats(): ReportStats {
    return { ...this.#stats };
  }

  /** Sends what has been reported. Resolves, and never rejects, when that has been tried. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const before = this.#delivery;
    if (before !== undefined) {
      await before;
    }
    await this.#deliverAll();
  }

  /** Sends what has been reported, for `deadlineMs` at most; reports nothing more. */
  async close(deadlineMs = 10_000): Promise<void> {
    clearInterval(this.#aging);
    this.#closing.abort();
    const timer = setTimeout(() => this.#ending.abort(), deadlineMs);
    await this.flush();
    clearTimeout(timer);
  }

  /** The batch that has room for one more item, which it takes; undefined if the queue is full. */
  #room(): Batch | undefined {
    if (this.#stats.queued >= this.#options.queueSize) {
      this.#stats.dropped++;
      return undefined;
    }
    this.#stats.queued++;
    const last = this.#waiting.at(-1);
    if (last !== undefined && sizeOf(last) < this.#options.batchSize) {
      return last;
    }
    const batch: Batch = { id: newId(), sdk: this.#options.sdk, exposures: [], events: [] };
    this.#waiting.push(batch);
    return batch;
  }

  /** A full batch goes at once, the first item of another starts the clock. */
  #schedule(): void {
    const first = this.#waiting[0];
    if (first !== undefined && sizeOf(first) >= this.#options.batchSize) {
      this.#deliverAll();
    } else {
      this.#deliverLater();
    }
  }

  #deliverLater(): void {
    this.#flushTimer ??= idly(
      setTimeout(() => {
        this.#flushTimer = undefined;
        this.#deliverAll();
      }, this.#options.flushIntervalMs),
    );
  }

  /** One delivery runs at a time; who asks for another waits for this one. */
  #deliverAll(): Promise<void> {
    this.#delivery ??= this.#deliverEach().finally(() => {
      this.#delivery = undefined;
    });
    return this.#delivery;
  }

  async #deliverEach(): Promise<void> {
    while (this.#waiting.length > 0 && (performance.now() >= this.#resumeAt || this.#closing.signal.aborted)) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) {
        await this.#deliver(batch);
        this.#stats.queued -= sizeOf(batch);
      }
    }
    if (this.#waiting.length > 0) {
      this.#deliverLater(); // the key was refused
    }
  }

  /** Sends one batch until it is settled, or given up. */
  async #deliver(batch: Batch): Promise<void> {
    const backoff = new Backoff();
    const end = performance.now() + retryForMs;
    for (;;) {
      const outcome = await post(this.#options, batch, this.#ending.signal);
      if (outcome.kind === 'settled') {
        this.#settle(batch, outcome.rejected);
        return;
      }
      if (outcome.kind === 'refused') {
        this.#stats.refused += sizeOf(batch);
        this.#tell(`the server refuses reports: ${outcome.why}`);
        return;
      }
      const wait = Math.max(backoff.next(), Math.min(outcome.retryAfterMs, 30_000));
      const last = this.#ending.signal.aborted || performance.now() + wait > end;
      if (outcome.kind === 'unauthorized' || last) {
        if (outcome.kind === 'unauthorized') {
          this.#resumeAt = performance.now() + unauthorizedMs;
        }
        this.#lose(batch, outcome.why);
        return;
      }
      this.#stats.retries++;
      // Closing ends the wait once, so that what is left is tried once more at once.
      await waitFor(wait, this.#closing.signal.aborted ? this.#ending.signal : this.#closing.signal);
    }
  }

  #settle(batch: Batch, rejected: readonly { kind: string; path: string; message: string }[]): void {
    const bad = Math.min(rejected.length, sizeOf(batch));
    this.#stats.batches++;
    this.#stats.rejected += bad;
    this.#stats.accepted += sizeOf(batch) - bad;
    for (const { kind, path, message } of rejected) {
      this.#tell(`the server rejects an ${kind}: ${path} ${message}`);
    }
  }

  /** Gives a batch up. Its exposures are forgotten, so that the next evaluation reports them again. */
  #lose(batch: Batch, why: string): void {
    batch.exposures.forEach((exposure) => {
      this.#memory.forget(exposure);
    });
    this.#stats.lost += sizeOf(batch);
    this.#tell(`${sizeOf(batch)} reports are lost: ${why}`);
  }

  /** Tells each reason once; numbers do not make it another one. */
  #tell(message: string): void {
    const reason = message.replace(/\d+/g, '');
    if (!this.#reasons.has(reason) && this.#reasons.size < 100) {
      this.#reasons.add(reason);
      this.#options.onFailure?.(message);
    }
  }
}

/** An id that no other batch has. Unlike crypto.randomUUID it is there on pages without TLS, too. */
function newId(): string {
  const random = crypto.getRandomValues(new Uint32Array(3));
  return [Date.now(), ...random].map((n) => n.toString(36)).join('-');
}
