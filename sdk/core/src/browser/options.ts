import type { EvaluationContext } from '../context.js';
import type { Bootstrap } from './ofrep.js';

/** Hears of failures, each once until it changes. `console` is one. */
export interface Logger {
  warn(message: string): void;
}

/** Where the server is and how the client behaves. */
export interface BrowserClientOptions {
  /** URL of the server: "https://flags.example.com", or a path of the page's own origin that leads to it. */
  url: string;
  /** A client key, "fl_client_...". It is no secret. */
  clientKey: string;
  /** Whom flags are evaluated for. */
  context: EvaluationContext;
  /** What the server that rendered the page found out; the first answers come from it. */
  bootstrap?: Bootstrap | undefined;
  /** The attribute that stands for a missing `targetingKey`; "userId" by default. */
  targetingKeyFrom?: string;
  /** Whether to follow changes as they happen; true by default. Otherwise flags are fetched at intervals. */
  streaming?: boolean;
  /** How often flags are fetched without a stream, in milliseconds; 30,000 by default. */
  pollIntervalMs?: number;
  /** How often what was reported is sent, in milliseconds; 2,000 by default. It is also sent when the page is hidden. */
  flushIntervalMs?: number;
  /** After how long without a sign of life a stream is given up, in milliseconds; 45,000 by default, three of the server's pings. */
  silenceMs?: number;
  /** The attributes of `context` that exposures carry, to read results by country or plan; none by default. */
  exposureAttributes?: readonly string[];
  /** The longest that one request may take, in milliseconds; 10,000 by default. */
  requestMs?: number;
  /** Carries all requests; the page's own `fetch` by default. */
  fetch?: typeof fetch;
  /** `console` by default. */
  logger?: Logger;
}

/** Options that have been checked and completed. */
export type Settings = Required<BrowserClientOptions>;

/** Checks the options and completes them. Throws a TypeError that names the option and how to mend it. */
export function settingsOf(options: BrowserClientOptions): Settings {
  const { url, clientKey, context } = options;
  demand(typeof url === 'string', 'url', 'the address of the server, "https://flags.example.com"');
  // A server key reads all rules: it must never reach a browser.
  demand(/^fl_client_/.test(clientKey), 'clientKey', 'a client key, "fl_client_..."');
  demand(typeof context === 'object' && context !== null, 'context', 'an object');
  return {
    targetingKeyFrom: 'userId',
    streaming: true,
    pollIntervalMs: 30_000,
    flushIntervalMs: 2000,
    silenceMs: 45_000,
    requestMs: 10_000,
    exposureAttributes: [],
    fetch: (...request) => fetch(...request),
    logger: console,
    bootstrap: undefined,
    ...given(options),
    url: url.replace(/\/+$/, ''),
  } as Settings;
}

function demand(holds: boolean, option: string, what: string): void {
  if (!holds) {
    throw new TypeError(`createBrowserClient: ${option} must be ${what}`);
  }
}

/** Options that were not left out: undefined stands for the default. */
const given = (options: BrowserClientOptions) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as BrowserClientOptions;
