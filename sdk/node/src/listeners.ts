import type { ClientEvent, ClientListener } from './clientevent.js';
import { reasonOf } from './failure.js';
import type { Logger } from './logger.js';

/** Those who want to know what happens to a client. */
export class Listeners {
  readonly #all = new Set<{ hear: ClientListener }>();

  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Adds a listener, and returns what removes it again. */
  add(hear: ClientListener): () => void {
    const entry = { hear }; // the same function may listen twice
    this.#all.add(entry);
    return () => {
      this.#all.delete(entry);
    };
  }

  /** Tells everybody. What a listener throws is logged. */
  tell(event: ClientEvent): void {
    for (const { hear } of [...this.#all]) {
      try {
        hear(event);
      } catch (err) {
        this.#logger.error('a listener has thrown', { event: event.type, error: reasonOf(err) });
      }
    }
  }

  /** Tells nobody any more. */
  clear(): void {
    this.#all.clear();
  }
}
