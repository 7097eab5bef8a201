import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Ruleset } from '@flagledger/core';
import { reasonOf } from './failure.js';
import type { Logger } from './logger.js';

/**
 * Keeps the last good ruleset in a file. Writes come one after the other, and
 * of those that wait only the latest is made.
 */
export class Cache {
  #next: Ruleset | undefined;
  #writing: Promise<void> | undefined;
  #count = 0;

  readonly #file: string;
  readonly #logger: Logger;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** The ruleset in the file, undefined if there is no file. Throws what keeps the file from being read. */
  read(): unknown {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code === 'ENOENT') {
        return undefined;
      }
      throw err;
    }
  }

  /** Writes the ruleset soon. A failure is logged. */
  save(ruleset: Ruleset): void {
    this.#next = ruleset;
    this.#writing ??= this.#write();
  }

  /** Resolves when the last ruleset to be saved has been written. */
  async saved(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let ruleset = this.#next; ruleset; ruleset = this.#next) {
      this.#next = undefined;
      try {
        await this.#replace(JSON.stringify(ruleset));
      } catch (err) {
        this.#logger.warn('ruleset was not saved', { file: this.#file, error: reasonOf(err) });
      }
    }
    this.#writing = undefined; // at once, or a ruleset could fall between
  }

  /** Replaces the file by a complete new one, which only its owner can read. */
  async #replace(text: string): Promise<void> {
    // Processes may share the file, and a process its id with one in another container.
    const temporary = `${this.#file}.${process.pid}.${Date.now()}.${this.#count++}`;
    try {
      const handle = await open(temporary, 'wx', 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync(); // or a crash could leave an empty file under the name
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#file);
    } catch (err) {
      await rm(temporary, { force: true });
      throw err;
    }
  }
}
