/** How an {@link Backoff} grows. */
export interface BackoffOptions {
  /** The longest that the first wait can be, in milliseconds; 500 by default. */
  firstMs?: number;
  /** The longest that any wait can be, in milliseconds; 30,000 by default. */
  maxMs?: number;
  /** Gives numbers in [0, 1); `Math.random` by default. */
  random?: () => number;
}

/**
 * Waits that double and are drawn at random, so that thousands of clients which
 * lost their server together do not come back together. Each is at least a
 * quarter of its bound, so that a client never hammers.
 */
export class Backoff {
  readonly #first: number;
  readonly #max: number;
  readonly #random: () => number;
  #bound: number;

  constructor({ firstMs = 500, maxMs = 30_000, random = Math.random }: BackoffOptions = {}) {
    this.#first = this.#bound = firstMs;
    this.#max = maxMs;
    this.#random = random;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const bound = this.#bound;
    this.#bound = Math.min(this.#max, bound * 2);
    return bound * (0.25 + 0.75 * this.#random());
  }

  /** Begins anew after a success. */
  reset(): void {
    this.#bound = this.#first;
  }
}

/**
 * Resolves after `ms` milliseconds, or as soon as `signal` is aborted. It does
 * not keep a Node.js process alive. Timers run on a clock that nobody sets.
 */
export function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = idly(setTimeout(done, ms));
    signal?.addEventListener('abort', done);
  });
}

/** Keeps a timer from keeping a Node.js process alive; in browsers it is a number. */
export function idly<T>(timer: T): T {
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
