import type { Listeners } from './listeners.js';
import type { State } from './state.js';
import type { Status } from './status.js';

/** What is in effect, and what is known about how current it is. */
export class Standing {
  /** What evaluations read. */
  state: State;
  #ready = false;
  #connected = false;
  #lastContact: Date | undefined;
  #error: Error | undefined;

  readonly #listeners: Listeners;

  constructor(state: State, listeners: Listeners) {
    this.state = state;
    this.#listeners = listeners;
  }

  /** The status of this moment. */
  status(): Status {
    return {
      ready: this.#ready,
      connected: this.#connected,
      stale: this.state.stale,
      revision: this.state.program.revision,
      source: this.state.source,
      lastContact: this.#lastContact,
      error: this.#error,
    };
  }

  /** The server has sent what is in effect, or has confirmed it. */
  contacted(): void {
    this.#ready = true;
    this.#lastContact = new Date();
  }

  /** The stream stands. */
  connected(): void {
    this.#connected = true;
    this.#error = undefined;
  }

  /** The end of a stream, or of an attempt to open one. Only a stream that stood has kept the ruleset fresh. */
  disconnected(cause: Error): void {
    const stood = this.#connected;
    this.#connected = false;
    this.#error = cause;
    if (stood) {
      this.mark(true);
    }
  }

  /** Something else keeps the ruleset from being updated. */
  failed(cause: Error): void {
    this.#error = cause;
  }

  /** Sets or clears the stale mark. */
  mark(stale: boolean): void {
    if (this.state.stale !== stale) {
      this.state = { ...this.state, stale };
      this.#listeners.tell({ type: stale ? 'stale' : 'ready' });
    }
  }
}
