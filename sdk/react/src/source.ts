import {
  type BrowserClient,
  type BrowserClientOptions,
  contentsOf,
  createBrowserClient,
  type EvaluationContext,
} from '@flagledger/core/browser';
import type { FlagProviderProps } from './provider.js';
import { stillClient } from './still.js';

/** What answers can be rendered from. */
export type Answers = Pick<BrowserClient, 'peek' | 'status'>;

/** How long a client may run without being held, in milliseconds: the rendering that started it may be thrown away. */
const orphanMs = 30_000;

/**
 * Sources that something has suspended on. A provider that suspends the
 * boundary it is in loses its state, and finds it here when it is rendered next.
 */
const awaited = new Map<string, Source>();

/** Clients whose first attempt is over. */
const settled = new WeakSet<BrowserClient>();

/**
 * Where the hooks below a provider get their answers. It may be made while
 * rendering: React renders twice, throws trees away and renders on servers, so
 * a client of its own starts when an effect or a handler asks for it, and the
 * bootstrap answers before. It ends when nobody has held it for a moment, as
 * StrictMode unmounts and mounts again at once, and starts anew when it must.
 */
export class Source {
  /** What the server's HTML was rendered from, and so what hydration begins with. */
  readonly initial: Answers;
  readonly #key: string;
  readonly #suspend: boolean;
  /** Of a client of its own; one that is lent is neither started nor closed here. */
  #options: BrowserClientOptions | undefined;
  #client: BrowserClient | undefined;
  /** Answers until the client can. */
  #before: BrowserClient;
  #contents: string | undefined;
  #holders = 0;
  readonly #listeners = new Set<() => void>();

  static of(props: FlagProviderProps): Source {
    return (!props.client && awaited.get(keyOf(props))) || new Source(props);
  }

  private constructor({ children: _, suspend = false, ...props }: FlagProviderProps) {
    this.#key = keyOf(props);
    this.#suspend = suspend;
    if (props.client) {
      const { client, bootstrap } = props;
      this.#client = this.#before = client;
      this.initial = bootstrap ? stillClient({ context: bootstrap.context, bootstrap }) : client;
    } else {
      this.#options = props;
      this.#contents = contentsOf(props.context);
      this.initial = this.#before = stillClient(props);
    }
  }

  /** What is known now; a look at it starts nothing. */
  get answers(): Answers {
    return this.#client?.status().ready ? this.#client : this.#before;
  }

  /** The client, which runs from now on; on a server, one that sends nothing. */
  get client(): BrowserClient {
    if (!this.#client && this.#options && typeof window !== 'undefined') {
      this.#client = createBrowserClient(this.#options);
      setTimeout(this.#sweep, orphanMs);
    }
    return this.#client ?? this.#before;
  }

  /** Keeps the client running, and its changes coming, until the returned function is called. */
  hold(): () => void {
    this.#holders++;
    const unsubscribe = this.client.subscribe(this.#tell);
    awaited.delete(this.#key);
    return () => {
      this.#holders--;
      unsubscribe();
      setTimeout(this.#sweep);
    };
  }

  readonly #sweep = (): void => {
    if (this.#holders > 0 || !this.#client || !this.#options) {
      return;
    }
    awaited.delete(this.#key);
    this.#options = { ...this.#options, context: this.#client.context(), bootstrap: undefined };
    this.#before = this.#client;
    this.#client = undefined;
    void this.#before.close();
  };

  /** Evaluates for another context, unless its contents are those of the last one. */
  follow(context: EvaluationContext): void {
    const contents = contentsOf(context);
    if (contents !== this.#contents) {
      this.#contents = contents;
      // Where no answer changes, the client has nothing to tell; what is shown is shown to another unit.
      void this.client.setContext(context).then(this.#tell);
    }
  }

  /** Hears of changes of answers, status or context. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  readonly #tell = (): void => {
    for (const listener of this.#listeners) {
      listener();
    }
  };

  /** Suspends the component that is being rendered, if that is wanted and the first attempt is not over. */
  wait(): void {
    if (!this.#suspend || this.answers.status().ready) {
      return;
    }
    const { client } = this;
    if (typeof window === 'undefined') {
      throw new Error('FlagProvider: suspending needs a bootstrap on servers');
    }
    if (!settled.has(client)) {
      awaited.set(this.#key, this);
      // What Suspense waits for, also in React 18, which has no use().
      throw client.ready.then(() => settled.add(client));
    }
  }
}

/** What tells the sources of two providers apart, unless they ask for the same. */
function keyOf({ url = '', clientKey = '', context = {} }: FlagProviderProps): string {
  return url + clientKey + contentsOf(context);
}
