import type { Traffic } from './traffic.js';

const EVERY_MS = 2000;
/** How many complaints are printed before they are only counted. */
const COMPLAINTS = 3;

/** Says on the terminal what goes on. */
export class Reporter {
  #complaints = 0;

  /** Prints a failure, or nothing if there have been enough. */
  complain(message: string): void {
    this.#complaints++;
    if (this.#complaints <= COMPLAINTS) {
      console.error(message);
    }
    if (this.#complaints === COMPLAINTS) {
      console.error('Further failures are not printed.');
    }
  }

  /** Prints how traffic goes, every two seconds until the returned function is called. */
  follow({ tally }: Traffic): () => void {
    let before = 0;
    const timer = setInterval(() => {
      const { printed, failed, modern, modernFailed } = tally;
      const rate = Math.round((printed - before) / (EVERY_MS / 1000));
      before = printed;
      console.log(
        `${printed} invoices, ${rate}/s. New engine: ${modern}, ${modernFailed} failed. ` +
          `Old engine: ${printed - modern}, ${failed - modernFailed} failed.`,
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }
}
