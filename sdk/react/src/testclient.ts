import type {
  BrowserClient,
  Details,
  EvaluationContext,
  Json,
  OfrepFlag,
  ReportStats,
  Status,
  TrackOptions,
} from '@flagledger/core/browser';
import { stillClient } from './still.js';

/**
 * What a flag answers in a test: a value, or a value with the name of its
 * variant. A value alone is a variant named after it: `on` and `off` for
 * booleans, the text of strings and numbers, `test` for everything else.
 */
export type TestFlag = Json | { readonly variant: string; readonly value: Json };

/** Flags by key; a flag that is not here does not exist. */
export type TestFlags = Readonly<Record<string, TestFlag>>;

/** An exposure that would have been reported. */
export interface TestExposure {
  readonly flag: string;
  readonly variant: string;
  readonly targetingKey: string | undefined;
}

/** An event that would have been reported. */
export interface TestEvent extends TrackOptions {
  readonly name: string;
}

/**
 * A BrowserClient for tests: no network, answers at once, and remembers what
 * would have been reported. Defaults and types count as with the real one. All
 * flags that exist are exposed, as if a split had decided each of them.
 */
export class TestFlagClient implements BrowserClient {
  readonly ready: Promise<void> = Promise.resolve();
  /** What has been shown: each flag, variant and targeting key once, oldest first. */
  readonly exposures: TestExposure[] = [];
  /** What has been tracked, oldest first. */
  readonly events: TestEvent[] = [];
  #flags: TestFlags;
  #context: EvaluationContext;
  #answers: BrowserClient;
  readonly #listeners = new Set<(changed: readonly string[]) => void>();

  /** Flags for `context`; by default that of a unit named "test". */
  constructor(flags: TestFlags = {}, context: EvaluationContext = { targetingKey: 'test' }) {
    this.#flags = flags;
    this.#context = context;
    this.#answers = answering(flags, context);
  }

  /** Changes some flags and leaves the others. Wrap it in `act`: what shows them renders again. */
  set(flags: TestFlags): void {
    this.replace({ ...this.#flags, ...flags });
  }

  /** Changes all flags: those that are left out exist no more. Wrap it in `act`. */
  replace(flags: TestFlags): void {
    const changed = [...new Set([...Object.keys(this.#flags), ...Object.keys(flags)])].filter(
      (key) => JSON.stringify(flags[key]) !== JSON.stringify(this.#flags[key]),
    );
    if (changed.length > 0) {
      this.#flags = flags;
      this.#tell(changed);
    }
  }

  /** Changes the context; the flags stay. Wrap it in `act`. */
  async setContext(context: EvaluationContext): Promise<void> {
    this.#context = context;
    this.#tell([]);
  }

  #tell(changed: readonly string[]): void {
    this.#answers = answering(this.#flags, this.#context);
    for (const listener of [...this.#listeners]) {
      listener(changed);
    }
  }

  peek<T extends Json>(flag: string, defaultValue: T): Details<T> {
    return { ...this.#answers.peek(flag, defaultValue), stale: false };
  }

  details<T extends Json>(flag: string, defaultValue: T): Details<T> {
    this.expose(flag);
    return this.peek(flag, defaultValue);
  }

  value<T extends Json>(flag: string, defaultValue: T): T {
    return this.details(flag, defaultValue).value;
  }

  isEnabled(flag: string, defaultValue = false): boolean {
    return this.value<boolean>(flag, defaultValue);
  }

  variant(flag: string): string | undefined {
    return this.details<Json>(flag, null).variant;
  }

  expose(flag: string): void {
    const { variant } = this.peek<Json>(flag, null);
    const { targetingKey } = this.#context;
    const known = this.exposures.some(
      (e) => e.flag === flag && e.variant === variant && e.targetingKey === targetingKey,
    );
    if (variant !== undefined && !known) {
      this.exposures.push({ flag, variant, targetingKey });
    }
  }

  track(name: string, options: TrackOptions = {}): void {
    this.events.push({ name, ...options });
  }

  context(): EvaluationContext {
    return this.#context;
  }

  subscribe(listener: (changed: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  status(): Status {
    return { ready: true, connected: true, stale: false };
  }

  stats(): ReportStats {
    return { ...this.#answers.stats(), exposures: this.exposures.length, events: this.events.length };
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {}
}

function answering(flags: TestFlags, context: EvaluationContext): BrowserClient {
  const answers = Object.entries(flags).map(([key, flag]): OfrepFlag => ({ key, reason: 'STATIC', ...answerOf(flag) }));
  return stillClient({ context, bootstrap: { context, flags: answers, revision: '1' } });
}

function answerOf(flag: TestFlag): { variant: string; value: Json } {
  if (isNamed(flag)) {
    return { variant: flag.variant, value: flag.value };
  }
  if (typeof flag === 'boolean') {
    return { variant: flag ? 'on' : 'off', value: flag };
  }
  const isText = typeof flag === 'string' || typeof flag === 'number';
  return { variant: isText ? String(flag) : 'test', value: flag };
}

function isNamed(flag: TestFlag): flag is { variant: string; value: Json } {
  return (
    typeof flag === 'object' &&
    flag !== null &&
    'value' in flag &&
    'variant' in flag &&
    typeof flag.variant === 'string'
  );
}
