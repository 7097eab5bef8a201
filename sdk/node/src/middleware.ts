import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EvaluationContext } from '@flagledger/core';
import { reasonOf } from './failure.js';
import type { Logger } from './logger.js';
import { type Outcome, whenAnswered } from './outcome.js';
import { RequestScope, type Requests } from './request.js';

/** How requests are observed. */
export interface MiddlewareOptions<Request> {
  /**
   * The context of a request: what evaluations use that are given none. It is
   * asked for when the first flag is evaluated, so it may use what later
   * middleware has found out. One that returns nothing stands for an empty
   * context, and so does one that throws: the request goes on, and the next
   * evaluation asks again.
   */
  context?: (request: Request) => EvaluationContext | null | undefined;
  /** Name of the event that is reported; "request" by default. */
  event?: string;
}

/** Middleware of Express 4 and 5, Connect and everything like them. */
export type Middleware<Request> = (request: Request, response: ServerResponse, next: (err?: unknown) => void) => void;

/** What the middleware needs of its client. */
export interface MiddlewareParts {
  requests: Requests;
  logger: Logger;
  report: (event: string, scope: RequestScope, outcome: Outcome) => void;
}

/** Makes the middleware; see FlagClient.express. */
export function middlewareOf<Request extends IncomingMessage>(
  { requests, logger, report }: MiddlewareParts,
  { context, event = 'request' }: MiddlewareOptions<Request>,
): Middleware<Request> {
  let told = '';
  const onContextError = (err: unknown) => {
    const reason = reasonOf(err);
    if (reason !== told) {
      // or each request would tell
      told = reason;
      logger.warn('the context of a request cannot be made', { error: reason });
    }
  };
  return (request, response, next) => {
    const contextOf = () => context?.(request);
    const outer = requests.getStore();
    if (outer?.request === request) {
      // mounted once more, further inside
      if (context !== undefined) {
        outer.use(contextOf);
      }
      next();
      return;
    }
    const scope = new RequestScope(request, contextOf, onContextError);
    whenAnswered(request, response, (outcome) => {
      if (scope.flags.size === 0) {
        return;
      }
      try {
        report(event, scope, outcome);
      } catch (err) {
        logger.error('a request was not reported', { error: reasonOf(err) });
      }
    });
    requests.run(scope, next);
  };
}
