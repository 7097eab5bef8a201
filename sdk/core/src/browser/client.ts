import type { EvaluationContext } from '../context.js';
import type { ReportStats } from '../report/item.js';
import { Reporter } from '../report/reporter.js';
import type { Json } from '../value.js';
import type { Details } from './answers.js';
import { Follower, type Status } from './follower.js';
import { type BrowserClientOptions, type Settings, settingsOf } from './options.js';
import { isInBackground } from './visibility.js';

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
}

/**
 * Flags for one context. No method throws, waits or does I/O except
 * `setContext`, `flush` and `close`, which wait and never reject; all may be
 * called at any time, also after `close`.
 */
export interface BrowserClient {
  /** Resolves, and never rejects, when there are answers, or the first attempt to get them has failed. */
  readonly ready: Promise<void>;

  /** Whether a boolean flag is on; `defaultValue` if that cannot be said. Reports the exposure. */
  isEnabled(flag: string, defaultValue?: boolean): boolean;

  /** Name of the variant that is served; undefined if none is. Reports the exposure. */
  variant(flag: string): string | undefined;

  /**
   * Value of a flag; `defaultValue` if it has none, or one of another type. A
   * default of null takes a value of any type. Reports the exposure.
   */
  value<T extends Json>(flag: string, defaultValue: T): T;

  /** `value` with its explanation. Reports the exposure. */
  details<T extends Json>(flag: string, defaultValue: T): Details<T>;

  /** `details` without an exposure, for whoever reports that when the flag is really shown. */
  peek<T extends Json>(flag: string, defaultValue: T): Details<T>;

  /** Reports that the flag's answer was shown: once for each version, variant and unit, if a split decided. */
  expose(flag: string): void;

  /** Reports that something happened to the units of the context; no other attribute leaves the page. */
  track(name: string, options?: TrackOptions): void;

  /** Evaluates for another context. The old answers stay until the new ones are there; the last call wins. */
  setContext(context: EvaluationContext): Promise<void>;

  /** The context of the answers. */
  context(): EvaluationContext;

  /**
   * Hears of changes: of the keys whose answers differ, and with none when only
   * `status` does. Returns what ends that.
   */
  subscribe(listener: (changed: readonly string[]) => void): () => void;

  /** What the client knows about its connection. */
  status(): Status;

  /** Counts of what was reported. */
  stats(): ReportStats;

  /** Sends what has been reported. */
  flush(): Promise<void>;

  /** Stops following the server, and sends what has been reported. */
  close(): Promise<void>;
}

/** Makes a client, which begins at once. Throws a TypeError for options that cannot be used. */
export function createBrowserClient(options: BrowserClientOptions): BrowserClient {
  return new Client(settingsOf(options));
}

/** Few, so that the whole queue fits what a browser sends for a page that is closed: 64 KiB. */
const batchSize = 50;

class Client implements BrowserClient {
  readonly ready: Promise<void>;
  readonly #follower: Follower;
  readonly #reporter: Reporter;
  readonly #listeners = new Set<(changed: readonly string[]) => void>();
  readonly #logger: Settings['logger'];

  constructor(settings: Settings) {
    this.#logger = settings.logger;
    this.#follower = new Follower(
      settings,
      (keys) => this.#tell(keys),
      () => void this.flush(),
    );
    this.#reporter = new Reporter({
      ...settings,
      key: settings.clientKey,
      sdk: 'flagledger-browser/0.1.0',
      queueSize: 1000,
      remember: 4096,
      batchSize,
      keepalive: isInBackground,
      onFailure: (message) => this.#logger.warn(`flagledger: ${message}`),
    });
    const started = this.#follower.start();
    this.ready = this.#follower.status.ready ? Promise.resolve() : started;
  }

  isEnabled(flag: string, defaultValue = false): boolean {
    return this.value<boolean>(flag, defaultValue);
  }

  variant(flag: string): string | undefined {
    return this.details<Json>(flag, null).variant;
  }

  value<T extends Json>(flag: string, defaultValue: T): T {
    return this.details(flag, defaultValue).value;
  }

  details<T extends Json>(flag: string, defaultValue: T): Details<T> {
    this.expose(flag);
    return this.peek(flag, defaultValue);
  }

  peek<T extends Json>(flag: string, defaultValue: T): Details<T> {
    return this.#follower.answers.details(flag, defaultValue, this.#follower.status.stale);
  }

  expose(key: string): void {
    const { variant = '', metadata } = this.#follower.answers.get(key) ?? {};
    if (metadata?.by && metadata.unit) {
      const { version = '0', by, unit, rule = '' } = metadata;
      this.#reporter.expose(key, version, variant, unit, by, rule, this.#follower.answers.context);
    }
  }

  track(name: string, options: TrackOptions = {}): void {
    this.#reporter.track({ ...options, name, units: this.#follower.answers.units() });
  }

  setContext(context: EvaluationContext): Promise<void> {
    return this.#follower.setContext(context);
  }

  context(): EvaluationContext {
    return this.#follower.answers.context;
  }

  subscribe(listener: (changed: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(keys: readonly string[]): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(keys);
      } catch (err) {
        this.#logger.warn(`flagledger: a listener failed: ${err}`);
      }
    }
  }

  status(): Status {
    return this.#follower.status;
  }

  stats(): ReportStats {
    return this.#reporter.stats();
  }

  flush(): Promise<void> {
    return this.#reporter.flush();
  }

  async close(): Promise<void> {
    this.#follower.close();
    await this.#reporter.close();
  }
}
