import type { EvaluationContext } from '../context.js';
import type { ErrorCode, Reason } from '../result.js';
import type { Json } from '../value.js';
import type { Settings } from './options.js';

/** One flag as the server evaluated it: a value, or an error code. */
export interface OfrepFlag {
  readonly key: string;
  readonly value?: Json;
  readonly reason?: Reason;
  readonly variant?: string;
  readonly metadata?: {
    /** Of the flag, in decimal. */
    readonly version?: string;
    /** The rule that decided, if one did. */
    readonly rule?: string;
    /** The attribute that was bucketed, and its value; they are there exactly when an exposure is to be reported. */
    readonly by?: string;
    readonly unit?: string;
  };
  readonly errorCode?: ErrorCode;
  readonly errorDetails?: string;
}

/** All flags as a server evaluated them for the page that it renders: what `bootstrap()` of @flagledger/node gives. */
export interface Bootstrap {
  readonly context: EvaluationContext;
  readonly flags: readonly OfrepFlag[];
  /** Revision of the ruleset, in decimal. */
  readonly revision: string;
}

/** What the server says of all flags. */
export interface Evaluation {
  readonly flags: readonly OfrepFlag[];
  readonly etag: string;
  /** Where changes are announced; undefined where they are not. */
  readonly stream: string | undefined;
  /** After how long in the background the stream should be closed, in milliseconds. */
  readonly idleMs: number;
}

/** The server answered, and not with what was asked for. */
export class StatusError extends Error {
  override name = 'StatusError';
  readonly status: number;

  constructor(what: string, { status }: Response) {
    super(
      status === 401 || status === 403
        ? `${what}: ${status}: the server does not accept clientKey`
        : `${what}: the server answered ${status}`,
    );
    this.status = status;
  }
}

/**
 * Asks the server for all flags; undefined if they are those of `etag` still.
 * Exposures are reported by whoever shows a flag, and the server is told so.
 */
export async function evaluateAll(
  { url, clientKey, fetch, targetingKeyFrom }: Settings,
  context: EvaluationContext,
  etag: string,
  signal: AbortSignal,
): Promise<Evaluation | undefined> {
  const response = await fetch(`${url}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${clientKey}`,
      'Content-Type': 'application/json',
      'Flagledger-Exposures': 'caller',
      ...(etag && { 'If-None-Match': etag }),
    },
    body: JSON.stringify({ context: { targetingKey: context[targetingKeyFrom], ...context } }),
    cache: 'no-store',
    signal,
  });
  if (response.status === 304) {
    return undefined;
  }
  if (!response.ok) {
    throw new StatusError('flags cannot be evaluated', response);
  }
  const body = await response.json();
  if (!Array.isArray(body?.flags)) {
    throw new Error('the answer has no flags');
  }
  const announced = body.eventStreams?.[0];
  const path = announced?.endpoint?.requestUri;
  return {
    flags: body.flags,
    etag: response.headers.get('ETag') ?? '',
    // The address holds the key, for clients that can send no headers; logs should not.
    stream: path && url + path.replace(/\?.*/, ''),
    idleMs: 1000 * (announced?.inactivityDelaySec ?? 120),
  };
}
