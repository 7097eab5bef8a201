import type { ErrorRequestHandler } from 'express';

/** A request that cannot be answered, and what to say about it. */
export class Problem extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** Answers what went wrong as problem details (RFC 9457); what is our own fault is told to `log` and not to the caller. */
export function problems(log: (message: string) => void): ErrorRequestHandler {
  return (err: unknown, request, response, next) => {
    if (response.headersSent) {
      next(err);
      return;
    }
    const status = statusOf(err);
    if (status >= 500) {
      log(`${request.method} ${request.originalUrl}: ${err}`);
    }
    const detail = status < 500 && err instanceof Error ? err.message : 'Something went wrong on our side.';
    response.status(status).type('application/problem+json').json({ status, detail });
  };
}

/** Errors of the body parser say what they are, as ours do. */
function statusOf(err: unknown): number {
  const status = err instanceof Error && 'status' in err ? Number(err.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
}
