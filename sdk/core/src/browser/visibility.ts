import { idly } from '../stream/backoff.js';

/**
 * Whether somebody can see the page. A page that has been in the background for
 * a while needs no connection; where there is no document, everything is seen.
 */
export class Visibility {
  readonly #idleMs: () => number;
  readonly #left: () => void;
  #hidden = new AbortController();
  #wake = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * `idleMs` tells after how long in the background a page counts as hidden;
   * `left` is called when it goes there, from where it may never come back.
   */
  constructor(idleMs: () => number, left: () => void) {
    this.#idleMs = idleMs;
    this.#left = left;
    if (typeof document !== 'undefined') {
      document.addEventListener('visibilitychange', this.#change);
      addEventListener('online', this.#change);
    }
  }

  readonly #change = (): void => {
    clearTimeout(this.#timer);
    if (isInBackground()) {
      this.#left();
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

/** Whether nobody can see the page at this moment. */
export function isInBackground(): boolean {
  return typeof document !== 'undefined' && document.visibilityState === 'hidden';
}
