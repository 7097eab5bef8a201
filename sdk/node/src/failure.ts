/** An answer of the server that is not what was asked for. */
export class StatusError extends Error {
  override readonly name: string = 'StatusError';

  /** Path of the request. */
  readonly path: string;
  readonly status: number;
  /** What the server says about it, or "". */
  readonly detail: string;
  /** How long the server asks to wait, in milliseconds; 0 if it does not. */
  readonly retryAfterMs: number;

  constructor(path: string, status: number, detail: string, retryAfterMs: number) {
    super(`${path}: ${status}${detail ? `: ${detail}` : ''}`);
    this.path = path;
    this.status = status;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get temporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/**
 * The server refuses the key: it is wrong, revoked, expired or of another kind.
 * The client goes on with what it has and asks again every half minute.
 */
export class UnauthorizedError extends StatusError {
  override readonly name = 'UnauthorizedError';
}

/** What the server has sent cannot be used; the last good ruleset stays in effect. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';

  constructor(what: string, options: { cause: unknown }) {
    super(`${what} cannot be used; keeping the last good ruleset: ${reasonOf(options.cause)}`, options);
  }
}

/** The text of whatever has been thrown, with what caused it: fetch itself only says "fetch failed". */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return String(thrown);
  }
  const cause = thrown.cause instanceof Error && thrown.cause.message ? `: ${thrown.cause.message}` : '';
  return `${thrown.message || thrown.name}${cause}`;
}

/** An Error of whatever has been thrown. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
