import type { ErrorCode, Json, Reason } from '@flagledger/core';

/** An evaluation with its explanation. */
export interface Details<T> {
  /** What the flag serves, or the caller's default when `reason` is "ERROR". Values of JSON flags are frozen. */
  readonly value: T;
  /** Name of the variant served; undefined with the default. */
  readonly variant: string | undefined;
  /** Why the flag has this value. */
  readonly reason: Reason;
  /** Id of the rule that decided, if one did. */
  readonly rule: string | undefined;
  /**
   * Undefined unless `reason` is "ERROR": FLAG_NOT_FOUND, PARSE_ERROR,
   * TARGETING_KEY_MISSING, TYPE_MISMATCH, GENERAL, or PROVIDER_NOT_READY when
   * there is no ruleset yet.
   */
  readonly errorCode: ErrorCode | undefined;
  /** Version of the flag, a decimal number; "0" when there is none. */
  readonly version: string;
  /** Revision of the ruleset that answered, a decimal number; "0" when there was none. */
  readonly revision: string;
  /** The client cannot know whether its ruleset is the newest: before the first contact and when the server is lost. */
  readonly stale: boolean;
}

/**
 * Whether a flag that serves `value` can stand in for `wanted`, the caller's
 * default: both are of one type, objects and lists told apart. A default of
 * null asks for whatever the flag serves.
 */
export function fits(value: Json, wanted: Json): boolean {
  if (wanted === null) {
    return true;
  }
  if (typeof wanted !== 'object') {
    return typeof value === typeof wanted;
  }
  return typeof value === 'object' && value !== null && Array.isArray(value) === Array.isArray(wanted);
}
