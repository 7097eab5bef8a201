import type { BrowserClient } from '@flagledger/core/browser';
import { type OpenFeatureEventEmitter, ProviderEvents } from '@openfeature/web-sdk';

/** What OpenFeature has been told of the connection. */
type Health = 'ready' | 'stale' | 'error';

const eventOf = { ready: ProviderEvents.Ready, stale: ProviderEvents.Stale, error: ProviderEvents.Error } as const;

/** Tells OpenFeature what happens to the client, from when it is first ready or has failed. */
export class Lifecycle {
  readonly #client: BrowserClient;
  readonly #events: OpenFeatureEventEmitter;
  readonly #stop: () => void;
  #told: Health;
  /** Changes of the context under way; OpenFeature itself tells of those. */
  #reconciling = 0;

  constructor(client: BrowserClient, events: OpenFeatureEventEmitter) {
    this.#client = client;
    this.#events = events;
    this.#told = this.#health();
    this.#stop = client.subscribe((changed) => this.#hear(changed));
  }

  /** Runs a change of the context. */
  async reconcile(change: () => Promise<void>): Promise<void> {
    this.#reconciling++;
    try {
      await change();
    } finally {
      this.#reconciling--;
      this.#told = this.#health();
    }
  }

  stop(): void {
    this.#stop();
  }

  #hear(changed: readonly string[]): void {
    if (this.#reconciling > 0) {
      return;
    }
    const health = this.#health();
    const { error } = this.#client.status();
    if (health !== this.#told) {
      this.#told = health;
      this.#events.emit(eventOf[health], { message: error?.message ?? 'answers are current' });
    }
    if (changed.length > 0) {
      this.#events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...changed] });
    }
  }

  /** Answers of a bootstrap are good until the server has failed to confirm them. */
  #health(): Health {
    const { ready, stale, error } = this.#client.status();
    if (!ready || isRefused(error)) {
      return 'error';
    }
    return stale && error !== undefined ? 'stale' : 'ready';
  }
}

/** Whether the server refuses the key. */
export function isRefused(error: Error | undefined): boolean {
  return error !== undefined && 'status' in error && (error.status === 401 || error.status === 403);
}
