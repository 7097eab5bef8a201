import type { Json } from './value.js';

/**
 * Why a result has its value. The names are those of OpenFeature where
 * OpenFeature has one.
 */
export type Reason =
  | 'DISABLED' // the flag is off; its off variant is served
  | 'PREREQUISITE_FAILED' // another flag does not serve what this one needs; the off variant is served
  | 'TARGETING_MATCH' // a target or a rule chose the variant
  | 'SPLIT' // the bucket of the unit chose the variant, in a rule (rule is set) or in the default
  | 'STATIC' // the flag is on and serves the same variant to everybody
  | 'DEFAULT' // nothing matched and the default is a plain variant
  | 'ERROR'; // nothing is served; the caller uses its own default and finds the cause in error

/**
 * What went wrong; the names and meanings are those of OpenFeature. An
 * evaluation itself gives the first three; the others are for the callers that
 * read contexts, ask for a type or wait for a ruleset.
 */
export type ErrorCode =
  | 'FLAG_NOT_FOUND'
  | 'PARSE_ERROR'
  | 'TARGETING_KEY_MISSING'
  | 'INVALID_CONTEXT'
  | 'TYPE_MISMATCH'
  | 'PROVIDER_NOT_READY'
  | 'GENERAL';

/** `Result.bucket` when no split took part in the decision. */
export const NO_BUCKET = -1;

/** The answer for one flag and one context. It may be shared, and is frozen then. */
export interface Result {
  /** What the flag serves; undefined when `reason` is `ERROR`. It is frozen. */
  readonly value: Json | undefined;
  /** The name of the variant served; empty on error. */
  readonly variant: string;
  readonly reason: Reason;
  /**
   * The id of the rule that decided; empty when a target, the default or no
   * rule did. It stays set when the split of a rule could not be drawn.
   */
  readonly rule: string;
  /**
   * The bucket that decided, 0 to 99999: that of the include share when the
   * unit is outside it, of the split otherwise. -1 when no split decided.
   */
  readonly bucket: number;
  /**
   * The unit is not in the share that the split includes: it takes no part in
   * the rollout or experiment, so nobody should report an exposure of it.
   */
  readonly outside: boolean;
  /** Empty unless `reason` is `ERROR`. */
  readonly error: ErrorCode | '';
  /** The revision of the ruleset, in decimal. */
  readonly revision: string;
  /** The version of the flag, in decimal; "0" when the flag is unknown. */
  readonly version: string;
}
