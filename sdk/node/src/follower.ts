import { compareRevisions, type Ruleset } from '@flagledger/core';
import { Acknowledger } from './acknowledger.js';
import { Cache } from './cache.js';
import type { Change } from './clientevent.js';
import type { Connection } from './connection.js';
import { reasonOf } from './failure.js';
import type { Listeners } from './listeners.js';
import type { Settings } from './options.js';
import { Standing } from './standing.js';
import { noState, type State, stateOf } from './state.js';
import type { Source, Status } from './status.js';
import type { Timing } from './timing.js';
import { Updater, type UpdaterStats } from './updater.js';
import { rulesetOf } from './wire.js';

interface Restored {
  readonly ruleset: Ruleset;
  readonly state: State;
}

/** Follows the server for one client: what is in effect, what the server is told of it and what the disk keeps. */
export class Follower {
  readonly standing: Standing;
  /** Resolves when there is nothing that an application should still wait for before it starts. */
  readonly ready: Promise<Status>;
  readonly #settings: Settings;
  readonly #listeners: Listeners;
  readonly #cache: Cache | undefined;
  readonly #updater: Updater;
  readonly #closing = new AbortController();
  #settle: () => void = () => {};
  #running: Promise<void> | undefined;

  /** Takes the newer of the bootstrap and the cached ruleset into effect. Throws if the bootstrap cannot be used. */
  constructor(settings: Settings, timing: Timing, connection: Connection, listeners: Listeners) {
    this.#settings = settings;
    this.#listeners = listeners;
    this.#cache = settings.cacheFile === undefined ? undefined : new Cache(settings.cacheFile, settings.logger);
    const restored = newer(this.#bootstrap(), this.#cached());
    this.standing = new Standing(restored?.state ?? noState(settings.targetingKeyFrom), listeners);
    this.ready = new Promise((resolve) => {
      this.#settle = () => resolve(this.standing.status());
    });
    const { signal } = this.#closing;
    const acknowledger = new Acknowledger(connection, timing, () => this.standing.status().revision, signal);
    this.#updater = new Updater({
      settings,
      timing,
      connection,
      standing: this.standing,
      ruleset: restored?.ruleset,
      onRuleset: (ruleset, change) => this.#announce(ruleset, change),
      onCurrent: () => acknowledger.acknowledge(),
      onError: (error) => listeners.tell({ type: 'error', error }),
      onSettled: () => this.#settle(),
      signal,
    });
  }

  /** Begins to follow. A process with nothing else to do waits for `ready`, but no longer than `initTimeoutMs`. */
  start(): void {
    const patience = setTimeout(this.#settle, this.#settings.initTimeoutMs);
    const settle = this.#settle;
    this.#settle = () => {
      clearTimeout(patience);
      settle();
    };
    if (this.#settings.initTimeoutMs === 0) {
      this.#settle();
    }
    this.#running = this.#updater.run();
  }

  /** Stops following. Resolves when nothing of it runs any more and the last ruleset is on disk. */
  async stop(): Promise<void> {
    this.#closing.abort(new Error('the client is closed'));
    this.#settle();
    await this.#running;
    await this.#cache?.saved();
  }

  stats(): UpdaterStats {
    return this.#updater.stats;
  }

  /** Tells those who want to know of a new ruleset. */
  #announce(ruleset: Ruleset, change: Change): void {
    const { logger, onChange } = this.#settings;
    this.#cache?.save(ruleset);
    for (const [flag, err] of this.standing.state.program.broken()) {
      const { revision } = ruleset;
      logger.error('flag is not valid; callers get their defaults', { flag, revision, error: reasonOf(err) });
    }
    try {
      onChange?.(change);
    } catch (err) {
      logger.error('onChange has thrown', { error: reasonOf(err) });
    }
    this.#listeners.tell({ type: 'change', ...change });
  }

  #bootstrap(): Restored | undefined {
    const { bootstrap } = this.#settings;
    if (bootstrap === undefined) {
      return undefined;
    }
    try {
      return this.#restore(bootstrap, 'bootstrap');
    } catch (err) {
      throw new TypeError(`createFlagClient: bootstrap cannot be used: ${reasonOf(err)}`, { cause: err });
    }
  }

  /** A cache that cannot be used is told and passed over. */
  #cached(): Restored | undefined {
    const { cacheFile, logger } = this.#settings;
    try {
      const value = this.#cache?.read();
      return value === undefined ? undefined : this.#restore(value, 'cache');
    } catch (err) {
      logger.warn('cached ruleset cannot be used', { file: cacheFile, error: reasonOf(err) });
      return undefined;
    }
  }

  #restore(value: unknown, source: Source): Restored {
    const ruleset = rulesetOf(value);
    return { ruleset, state: stateOf(ruleset, source, this.#settings.targetingKeyFrom) };
  }
}

function newer(bootstrap: Restored | undefined, cached: Restored | undefined): Restored | undefined {
  if (bootstrap === undefined || cached === undefined) {
    return bootstrap ?? cached;
  }
  return compareRevisions(bootstrap.ruleset.revision, cached.ruleset.revision) > 0 ? bootstrap : cached;
}
