import { idly } from '../stream/backoff.js';

/**
 * Whether somebody can see the page. A page that has been in the background for
 * a while needs no connection; where there is no document, everything is seen.
 */
export class Visibility {
  readonly #idleMs: () => number;
  #hidden = new AbortController();
  #wake = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `idleMs` tells after how long in the background a page counts as hidden. */
  constructor(idleMs: () => number) {
    this.#idleMs = idleMs;
    if (typeof document !== 'undefined') {
      document.addEventListener('visibilitychange', this.#change);
      addEventListener('online', this.#change);
    }
  }

  readonly #change = (): void => {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'hidden') {
      this.#timer = idly(setTimeout(() => this.#hidden.abort(), this.#idleMs()));
      return;
    }
    if (this.#hidden.signal.aborted) {
      this.#hidden = new AbortController();
    }
    this.#wake.abort();
    this.#wake = new AbortController();
  };

  /** Aborted once the page has been in the background for long enough. */
  hidden(): AbortSignal {
    return this.#hidden.signal;
  }

  /** Resolves when the page is not hidden, or `signal` is aborted. */
  async shown(signal: AbortSignal): Promise<void> {
    while (this.#hidden.signal.aborted && !signal.aborted) {
      const either = this.wake(signal);
      await new Promise((resolve) => either.addEventListener('abort', resolve, { once: true }));
    }
  }

  /** Aborted when the page comes to the front or goes online, when there is no point in waiting; and with `signal`. */
  wake(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#wake.signal]);
  }

  close(): void {
    clearTimeout(this.#timer);
    if (typeof document !== 'undefined') {
      document.removeEventListener('visibilitychange', this.#change);
      removeEventListener('online', this.#change);
    }
  }
}
