import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { EvaluationContext } from '@flagledger/core';

/** Gives the context of a request, or none. Whatever it does must not break the request. */
export type ContextOf = () => EvaluationContext | null | undefined;

/** A batch job may evaluate for thousands of contexts in one request; an event has ten units at most. */
const maxContexts = 16;

/** The context of a request that has none. */
export const none: EvaluationContext = Object.freeze({});

/** What was evaluated during one request. */
export class RequestScope {
  /** Keys of the flags evaluated. */
  readonly flags = new Set<string>();
  /** Contexts they were evaluated for, in order. */
  readonly contexts: EvaluationContext[] = [];
  #last: EvaluationContext | undefined;
  #own: EvaluationContext | undefined;

  readonly request: IncomingMessage;
  #contextOf: ContextOf;
  readonly #onContextError: (err: unknown) => void;

  constructor(request: IncomingMessage, contextOf: ContextOf, onContextError: (err: unknown) => void) {
    this.request = request;
    this.#contextOf = contextOf;
    this.#onContextError = onContextError;
  }

  /** Gives the rest of the request another context, as a router below may. */
  use(contextOf: ContextOf): void {
    this.#contextOf = contextOf;
    this.#own = undefined;
  }

  /**
   * The context of the request. It is asked for when the first flag is
   * evaluated, which is after whatever signs users in. One that throws is none,
   * and is asked again by the next evaluation.
   */
  context(): EvaluationContext {
    if (this.#own !== undefined) {
      return this.#own;
    }
    try {
      const context: unknown = this.#contextOf() ?? none;
      if (typeof context !== 'object' || context instanceof Promise) {
        throw new TypeError('it must return a plain object');
      }
      this.#own = context as EvaluationContext;
      return this.#own;
    } catch (err) {
      this.#onContextError(err);
      return none;
    }
  }

  /** Notes an evaluation. */
  note(flag: string, context: EvaluationContext): void {
    this.flags.add(flag);
    if (context !== this.#last && this.contexts.length < maxContexts) {
      this.#last = context;
      this.contexts.push(context);
    }
  }
}

/** Finds the request that the running code serves, through promises, timers and callbacks. */
export type Requests = AsyncLocalStorage<RequestScope>;

/** Storage for the requests of one client. */
export function newRequests(): Requests {
  return new AsyncLocalStorage<RequestScope>();
}
