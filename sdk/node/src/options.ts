import type { Ruleset } from '@flagledger/core';
import type { Change } from './clientevent.js';
import { guarded, type Logger, onConsole } from './logger.js';

/** Where the server is and how the client behaves. */
export interface FlagClientOptions {
  /** URL of the server, http or https: "https://flags.example.com". A path is kept as a prefix. */
  url: string;
  /** A server key, "fl_server_...". It belongs to one environment, and so does the client. */
  sdkKey: string;
  /** The attribute that stands for a missing `targetingKey`; "userId" by default. */
  targetingKeyFrom?: string;
  /** The ruleset to serve until a newer one is known; by default callers get their own defaults. */
  bootstrap?: Ruleset;
  /**
   * Keeps the last good ruleset on disk, so that a process that starts while
   * the server is down has one. The file is read when the client is made,
   * written atomically, readable by its owner alone, and belongs to one
   * environment. None by default.
   */
  cacheFile?: string;
  /** How long `ready` waits for the first ruleset, in milliseconds; 5000 by default, 0 does not wait. */
  initTimeoutMs?: number;
  /** How often what was reported is sent, in milliseconds; 1000 by default. A full batch goes at once. */
  flushIntervalMs?: number;
  /** How often the ruleset is fetched while it cannot be streamed, in milliseconds; 30000 by default. */
  pollIntervalMs?: number;
  /** How many exposures and events wait for the server at most; 10000 by default. More are dropped and counted. */
  queueSize?: number;
  /** How many exposures are remembered as reported; 131072 by default. Forgetting one only reports it again. */
  remember?: number;
  /**
   * The attributes of contexts that exposures carry, so that the results of
   * experiments can be read by country or plan; none by default. Name nothing
   * that identifies people: analytics keeps it.
   */
  exposureAttributes?: readonly string[];
  /** Hears of failures; see Logger. By default the console hears warnings and errors. */
  logger?: Logger;
  /** Called after a ruleset has taken effect, in order. What it throws is logged. */
  onChange?: (change: Change) => void;
  /** Carries all requests; Node's own `fetch` by default. */
  fetch?: typeof fetch;
}

/** Options that have been checked and completed. */
export interface Settings extends Required<Omit<FlagClientOptions, 'bootstrap' | 'cacheFile' | 'onChange'>> {
  bootstrap: Ruleset | undefined;
  cacheFile: string | undefined;
  onChange: ((change: Change) => void) | undefined;
}

/** The longest time that a timer of Node can take, in milliseconds. */
const maxDelayMs = 2 ** 31 - 1;

/** Checks the options and completes them. Throws a TypeError that names each mistake and how to mend it. */
export function settingsOf(options: FlagClientOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('createFlagClient: options are needed: createFlagClient({ url, sdkKey })');
  }
  const problems = [
    ...urlProblems(options.url),
    ...keyProblems(options.sdkKey),
    ...textProblems(options),
    ...numberProblems(options),
    ...partProblems(options),
  ];
  if (problems.length > 0) {
    throw new TypeError(`createFlagClient: ${problems.join('; ')}`);
  }
  return {
    url: options.url.replace(/\/+$/, ''),
    sdkKey: options.sdkKey,
    targetingKeyFrom: options.targetingKeyFrom ?? 'userId',
    bootstrap: options.bootstrap,
    cacheFile: options.cacheFile || undefined,
    initTimeoutMs: options.initTimeoutMs ?? 5000,
    flushIntervalMs: options.flushIntervalMs ?? 1000,
    pollIntervalMs: options.pollIntervalMs ?? 30_000,
    queueSize: options.queueSize ?? 10_000,
    remember: options.remember ?? 131_072,
    exposureAttributes: options.exposureAttributes ?? [],
    logger: guarded(options.logger ?? onConsole),
    onChange: options.onChange,
    // Looked up at each call, so that instrumentation that comes later is seen.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

function urlProblems(url: unknown): string[] {
  const fix = 'url must be the address of the server, such as "https://flags.example.com"';
  if (typeof url !== 'string' || !URL.canParse(url)) {
    return [`${fix}, not ${told(url)}`];
  }
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    return [`${fix}: its protocol must be http or https, not ${told(parsed.protocol)}`];
  }
  if (parsed.username || parsed.password || parsed.search || parsed.hash) {
    return [`${fix}, without a user name, a query or a fragment: the key goes into sdkKey`];
  }
  return [];
}

function keyProblems(key: unknown): string[] {
  if (typeof key !== 'string' || key === '') {
    return ['sdkKey is needed: create one with "flagledger token create NAME --kind server --env ENVIRONMENT"'];
  }
  if (key.startsWith('fl_client_')) {
    return ['sdkKey is a client key, which is for browsers: use a server key ("fl_server_...")'];
  }
  if (key.startsWith('fl_admin_')) {
    return ['sdkKey is an admin token, which may change flags: use a server key ("fl_server_...")'];
  }
  // What no header may hold would break every request.
  return /^[!-~]+$/.test(key) ? [] : ['sdkKey holds white space or other characters that no key has: copy it again'];
}

function textProblems(options: FlagClientOptions): string[] {
  const problems: string[] = [];
  for (const name of ['targetingKeyFrom', 'cacheFile'] as const) {
    const text: unknown = options[name];
    if (text !== undefined && typeof text !== 'string') {
      problems.push(`${name} must be a string, not ${told(text)}`);
    }
  }
  return problems;
}

function numberProblems(options: FlagClientOptions): string[] {
  const least = { initTimeoutMs: 0, flushIntervalMs: 1, pollIntervalMs: 1, queueSize: 1, remember: 1 } as const;
  const problems: string[] = [];
  for (const name of Object.keys(least) as (keyof typeof least)[]) {
    const n: unknown = options[name];
    const most = name.endsWith('Ms') ? maxDelayMs : 2 ** 24;
    if (n !== undefined && !(typeof n === 'number' && Number.isInteger(n) && n >= least[name] && n <= most)) {
      const what = name.endsWith('Ms') ? 'a whole number of milliseconds' : 'a whole number';
      problems.push(`${name} must be ${what} from ${least[name]} to ${most}, not ${told(n)}`);
    }
  }
  return problems;
}

function partProblems(options: FlagClientOptions): string[] {
  const problems: string[] = [];
  for (const name of ['onChange', 'fetch'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      problems.push(`${name} must be a function, not ${told(options[name])}`);
    }
  }
  const { logger, bootstrap } = options;
  const attributes: unknown = options.exposureAttributes;
  if (attributes !== undefined && !(Array.isArray(attributes) && attributes.every((a) => typeof a === 'string'))) {
    problems.push(`exposureAttributes must be a list of names, such as ["country", "plan"], not ${told(attributes)}`);
  }
  const levels = ['info', 'warn', 'error'] as const;
  if (logger !== undefined && levels.some((level) => typeof logger?.[level] !== 'function')) {
    problems.push('logger needs the methods info, warn and error, as console has them');
  }
  if (bootstrap !== undefined && (typeof bootstrap !== 'object' || bootstrap === null)) {
    problems.push(`bootstrap must be a ruleset as GET /api/v1/ruleset gives it, not ${told(bootstrap)}`);
  }
  return problems;
}

function told(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
