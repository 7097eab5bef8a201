import { randomUUID } from 'node:crypto';
import { StatusError, UnauthorizedError } from './failure.js';
import type { Settings } from './options.js';
import { sdkName } from './version.js';

/** An exchange with the server. */
export interface Exchange {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** The longest time until the answer has been read, in milliseconds. */
  timeoutMs: number;
  /** Ends the exchange early. */
  signal: AbortSignal;
}

/** Speaks to the server for one client. */
export class Connection {
  /** What this client calls itself; the server counts instances by it. */
  readonly instance = randomUUID();

  readonly #settings: Pick<Settings, 'url' | 'sdkKey' | 'fetch'>;

  constructor(settings: Pick<Settings, 'url' | 'sdkKey' | 'fetch'>) {
    this.#settings = settings;
  }

  /** Sends a request and returns the response, whatever its status. The caller must read or cancel its body. */
  send(path: string, { method = 'GET', headers, body }: Exchange, signal: AbortSignal): Promise<Response> {
    return this.#settings.fetch(this.#settings.url + path, {
      method,
      signal,
      redirect: 'follow',
      headers: {
        authorization: `Bearer ${this.#settings.sdkKey}`,
        'flagledger-instance': this.instance,
        'flagledger-sdk': sdkName,
        'user-agent': `flagledger-${sdkName}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Sends a request and gives the response to `read`, both within the time of the exchange. */
  exchange<T>(path: string, exchange: Exchange, read: (response: Response) => Promise<T>): Promise<T> {
    return within(exchange.timeoutMs, exchange.signal, `${path}: no answer`, async (signal) => {
      const response = await this.send(path, exchange, signal);
      return read(response);
    });
  }
}

/** The error of a response that is not what was asked for; reads what the server says about it. */
export async function statusError(path: string, response: Response): Promise<StatusError> {
  const detail = await detailOf(response);
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfterMs = seconds > 0 ? Math.min(seconds, 3600) * 1000 : 0;
  const Kind = response.status === 401 || response.status === 403 ? UnauthorizedError : StatusError;
  return new Kind(path, response.status, detail, retryAfterMs);
}

async function detailOf(response: Response): Promise<string> {
  try {
    const problem: unknown = JSON.parse((await response.text()).slice(0, 65_536));
    if (typeof problem === 'object' && problem !== null) {
      const { detail, title } = problem as { detail?: unknown; title?: unknown };
      return [detail, title].find((text) => typeof text === 'string' && text !== '') as string;
    }
  } catch {
    // an intermediary may say anything
  }
  return '';
}

/** Runs `run` with a signal that aborts with `outer`, or after `ms` with an error that says so. */
export async function within<T>(
  ms: number,
  outer: AbortSignal,
  what: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const abort = () => inner.abort(outer.reason);
  const timer = setTimeout(() => inner.abort(new Error(`${what} within ${ms} ms`)), ms);
  timer.unref();
  outer.addEventListener('abort', abort);
  if (outer.aborted) {
    abort();
  }
  try {
    return await run(inner.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', abort);
  }
}
