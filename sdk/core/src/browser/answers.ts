import type { EvaluationContext } from '../context.js';
import type { ErrorCode, Reason } from '../result.js';
import type { Json } from '../value.js';
import type { OfrepFlag } from './ofrep.js';

/** An evaluation with its explanation. */
export interface Details<T> {
  /** What the flag serves, or the caller's default when `reason` is "ERROR". */
  readonly value: T;
  /** Name of the variant served; undefined with the default. */
  readonly variant: string | undefined;
  /** Why the flag has this value. */
  readonly reason: Reason;
  /** Id of the rule that decided, if one did. */
  readonly rule: string | undefined;
  /**
   * Undefined unless `reason` is "ERROR": FLAG_NOT_FOUND, TYPE_MISMATCH, what
   * the server could not evaluate, or PROVIDER_NOT_READY before the first answer.
   */
  readonly errorCode: ErrorCode | undefined;
  /** Version of the flag, in decimal; "0" when there is none. */
  readonly version: string;
  /** The client cannot know whether this is the newest answer. */
  readonly stale: boolean;
}

/** What the server last said of all flags, for one context. Immutable. */
export class Answers {
  readonly context: EvaluationContext;
  readonly #flags: ReadonlyMap<string, OfrepFlag> | undefined;
  readonly #keyFrom: string;

  /** Without flags there is no answer yet. */
  constructor(context: EvaluationContext, keyFrom: string, flags?: readonly OfrepFlag[]) {
    this.context = context;
    this.#keyFrom = keyFrom;
    this.#flags = flags && new Map(flags.map((flag) => [flag.key, flag]));
  }

  details<T extends Json>(key: string, defaultValue: T, stale: boolean): Details<T> {
    const flag = this.get(key);
    const errorCode = this.#errorOf(flag, defaultValue);
    const { rule, version = '0' } = flag?.metadata ?? {};
    return {
      value: (errorCode ? defaultValue : flag?.value) as T,
      variant: errorCode ? undefined : flag?.variant,
      reason: errorCode ? 'ERROR' : (flag?.reason ?? 'STATIC'),
      rule,
      errorCode,
      version,
      stale,
    };
  }

  #errorOf(flag: OfrepFlag | undefined, defaultValue: Json): ErrorCode | undefined {
    if (flag === undefined) {
      return this.#flags ? 'FLAG_NOT_FOUND' : 'PROVIDER_NOT_READY';
    }
    return flag.errorCode ?? (fits(flag.value, defaultValue) ? undefined : 'TYPE_MISMATCH');
  }

  get(key: string): OfrepFlag | undefined {
    return this.#flags?.get(key);
  }

  /** The units whose events can count: the targeting key, and what any flag was bucketed by; ten at most. */
  units(): Record<string, string> {
    const key = this.context.targetingKey || this.context[this.#keyFrom];
    const units = new Map(key ? [['targetingKey', String(key)]] : []);
    for (const { metadata } of this.#flags?.values() ?? []) {
      if (metadata?.by && metadata.unit && units.size < 10) {
        units.set(metadata.by, metadata.unit);
      }
    }
    return Object.fromEntries(units);
  }

  /** Keys of the flags whose answers differ, those that only one of the two has included. */
  changedSince(before: Answers): string[] {
    const keys = new Set([...(before.#flags?.keys() ?? []), ...(this.#flags?.keys() ?? [])]);
    return [...keys].filter((key) => JSON.stringify(before.#flags?.get(key)) !== JSON.stringify(this.#flags?.get(key)));
  }
}

/** Whether a value can stand in for the caller's default; null asks for whatever the flag serves. */
function fits(value: Json | undefined, wanted: Json): boolean {
  return wanted === null || (typeof value === typeof wanted && Array.isArray(value) === Array.isArray(wanted));
}
