import type { EvaluationContext, Json, Result } from '@flagledger/core';
import type { Reporter } from '@flagledger/core/report';
import { type Details, fits } from './details.js';
import type { Widened } from './flagclient.js';
import { none, type RequestScope, type Requests } from './request.js';
import type { Standing } from './standing.js';
import { evaluate, type State } from './state.js';
import { unitOf } from './units.js';

/**
 * What callers run all the time: it reads the state, and nothing else. A
 * context may have accessors that throw; callers get their defaults then too.
 */
export class Evaluations {
  /** Undefined while there is no middleware; then evaluations need not look for their request. */
  requests: Requests | undefined;
  readonly #standing: Standing;
  readonly #reporter: Reporter;
  readonly #keyFrom: string;

  constructor(standing: Standing, reporter: Reporter, keyFrom: string) {
    this.#standing = standing;
    this.#reporter = reporter;
    this.#keyFrom = keyFrom;
  }

  isEnabled(flag: string, context: EvaluationContext | undefined, defaultValue: boolean): boolean {
    try {
      const { state } = this.#standing;
      const scope = this.#scope();
      const subject = context ?? subjectOf(scope);
      const result = evaluate(state, flag, subject);
      if (typeof result.value !== 'boolean') {
        return defaultValue;
      }
      this.#serve(state, flag, subject, result, scope);
      return result.value;
    } catch {
      return defaultValue;
    }
  }

  details<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>> {
    const { state } = this.#standing;
    try {
      const scope = this.#scope();
      const subject = context ?? subjectOf(scope);
      const result = evaluate(state, flag, subject);
      const details = explain(state, result, defaultValue);
      if (details.errorCode === undefined) {
        this.#serve(state, flag, subject, result, scope);
      }
      return details;
    } catch {
      return failed(state, defaultValue);
    }
  }

  peek<T extends Json>(flag: string, context: EvaluationContext | undefined, defaultValue: T): Details<Widened<T>> {
    const { state } = this.#standing;
    try {
      return explain(state, evaluate(state, flag, this.subject(context)), defaultValue);
    } catch {
      return failed(state, defaultValue);
    }
  }

  /** The context to evaluate for: the caller's, or that of the request being served, or an empty one. */
  subject(context: EvaluationContext | undefined): EvaluationContext {
    return context ?? subjectOf(this.#scope());
  }

  #scope(): RequestScope | undefined {
    return this.requests === undefined ? undefined : this.requests.getStore();
  }

  /** Notes that the caller gets what the flag serves, and reports it if a split has decided that. */
  #serve(
    state: State,
    flag: string,
    context: EvaluationContext,
    result: Result,
    scope: RequestScope | undefined,
  ): void {
    if (scope !== undefined) {
      scope.note(flag, context);
    }
    if (result.bucket < 0 || result.outside) {
      return;
    }
    const by = state.program.splits(flag).get(result.rule);
    const unit = by === undefined ? undefined : unitOf(state.program, context, by, this.#keyFrom);
    if (by !== undefined && unit !== undefined) {
      this.#reporter.expose(flag, result.version, result.variant, unit, by, result.rule, context);
    }
  }
}

function subjectOf(scope: RequestScope | undefined): EvaluationContext {
  return scope === undefined ? none : scope.context();
}

/** A value of another type than the caller's default is not served, and so is no exposure. */
function explain<T extends Json>(state: State, result: Result, defaultValue: T): Details<Widened<T>> {
  const { value, error } = result;
  const served = error === '' && value !== undefined && fits(value, defaultValue);
  return {
    value: (served ? value : defaultValue) as Widened<T>,
    variant: served ? result.variant : undefined,
    reason: served ? result.reason : 'ERROR',
    rule: result.rule === '' ? undefined : result.rule,
    errorCode: served ? undefined : error || 'TYPE_MISMATCH',
    version: result.version,
    revision: result.revision,
    stale: state.stale,
  };
}

/** The context could not be read. */
function failed<T extends Json>(state: State, defaultValue: T): Details<Widened<T>> {
  return {
    value: defaultValue as Widened<T>,
    variant: undefined,
    reason: 'ERROR',
    rule: undefined,
    errorCode: 'GENERAL',
    version: '0',
    revision: state.program.revision,
    stale: state.stale,
  };
}
