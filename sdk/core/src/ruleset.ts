import type { Json, ValueType } from './value.js';

/**
 * The version of the ruleset format and of the meaning given to it. A ruleset
 * or patch with another version is refused with a `SpecVersionError`.
 */
export const SPEC_VERSION = 1;

/** What the weights of a split sum to: one unit is 0.001%. */
export const TOTAL_WEIGHT = 100_000;

/**
 * Everything an evaluator needs to know of one environment at one revision. It
 * is plain data, as the server sends it; `compile` turns it into a program.
 * Revisions and versions are positions of the ledger, 64-bit numbers written
 * in decimal: compare them with `compareRevisions`.
 */
export interface Ruleset {
  readonly specVersion: number;
  readonly project: string;
  readonly environment: string;
  /** The ledger position of the last event that changed this ruleset. */
  readonly revision: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly segments?: Readonly<Record<string, Segment>> | null;
}

/** A flag as one environment serves it. */
export interface Flag {
  /** The ledger position of the last event that changed this flag in this environment. */
  readonly version: string;
  readonly type: ValueType;
  /** Separates the buckets of this flag from those of others. */
  readonly salt: string;
  readonly variants: readonly Variant[];
  /** False serves `offVariant` to everybody, whatever else is set. */
  readonly on: boolean;
  readonly offVariant: string;
  readonly prerequisites?: readonly Prerequisite[] | null;
  readonly targets?: readonly Target[] | null;
  readonly rules?: readonly Rule[] | null;
  /** What is served when no target and no rule matches. */
  readonly default: Serve;
}

/** One named value of a flag. */
export interface Variant {
  readonly name: string;
  readonly value: Json;
}

/**
 * Demands that another flag of the same environment is on and serves one of
 * `variants`; otherwise the off variant is served.
 */
export interface Prerequisite {
  readonly flag: string;
  readonly variants: readonly string[];
}

/** Serves `variant` to the units listed, compared by the attribute `by` (`targetingKey` by default). */
export interface Target {
  readonly variant: string;
  readonly by?: string;
  readonly values: readonly string[];
}

/** Serves `serve` when all its clauses match. */
export interface Rule {
  readonly id: string;
  readonly description?: string;
  readonly clauses: readonly Clause[];
  readonly serve: Serve;
}

/**
 * Matches when the attribute stands in the relation `op` to at least one of
 * `values`; `negate` turns that round. A missing attribute never matches,
 * negated or not, except under `exists`.
 */
export interface Clause {
  /** Left out for `inSegment` alone, whose lists name their own attributes. */
  readonly attribute?: string;
  readonly op: Operator;
  readonly values?: readonly Json[] | null;
  readonly negate?: boolean;
}

/**
 * The relation that a clause tests. Strings compare by code point, without
 * case folding.
 */
export type Operator =
  | 'in' // same type and equal to one of the values (string, number or boolean)
  | 'equals' // in, with exactly one value
  | 'contains' // string contains
  | 'startsWith' // string has the prefix
  | 'endsWith' // string has the suffix
  | 'matches' // RE2 regular expression, unanchored
  | 'lt' // number below
  | 'lte'
  | 'gt'
  | 'gte'
  | 'before' // RFC 3339 string or Unix milliseconds
  | 'after'
  | 'semverEq' // Semantic Versioning 2.0.0 precedence
  | 'semverLt'
  | 'semverGt'
  | 'exists' // the attribute is present; takes no values
  | 'inCidr' // IPv4 or IPv6 address inside a prefix
  | 'emailDomain' // the part after the last @, compared without case
  | 'inSegment'; // the values are keys of segments; takes no attribute

/** What is served: exactly one of `variant` and `split` is set. */
export interface Serve {
  readonly variant?: string;
  readonly split?: Split | null;
}

/**
 * Divides units among variants by bucket. The weights sum to `TOTAL_WEIGHT`.
 * The first variant owns the lowest buckets, so raising its weight never moves
 * a unit out of it.
 */
export interface Split {
  /** The attribute that is bucketed; `targetingKey` by default. */
  readonly by?: string;
  /** Replaces the flag's salt; two splits share buckets only if they share it on purpose. */
  readonly salt?: string;
  readonly weights: readonly Weight[];
  /** Limits the split to a share of the units; all are included by default. */
  readonly include?: Include | null;
}

/** Gives `weight` buckets out of `TOTAL_WEIGHT` to a variant. */
export interface Weight {
  readonly variant: string;
  readonly weight: number;
}

/**
 * The share of units that a split covers, drawn with a salt of its own so that
 * the share and the split are independent; the others are served `otherwise`.
 */
export interface Include {
  readonly weight: number;
  readonly salt: string;
  readonly otherwise: string;
}

/** A reusable set of units: listed in `included`, or not listed in `excluded` and matched by one of `rules`. */
export interface Segment {
  readonly version: string;
  readonly included?: readonly SegmentList[] | null;
  readonly excluded?: readonly SegmentList[] | null;
  readonly rules?: readonly SegmentRule[] | null;
}

/** Lists values of the attribute `by` (`targetingKey` by default). */
export interface SegmentList {
  readonly by?: string;
  readonly values: readonly string[];
}

/** Matches when all its clauses match. */
export interface SegmentRule {
  readonly clauses: readonly Clause[];
}

/**
 * Turns a ruleset at revision `from` or later into the ruleset at `revision`: a
 * flag or segment that is null has been removed.
 */
export interface Patch {
  readonly specVersion: number;
  readonly project: string;
  readonly environment: string;
  readonly from: string;
  readonly revision: string;
  readonly flags?: Readonly<Record<string, Flag | null>> | null;
  readonly segments?: Readonly<Record<string, Segment | null>> | null;
}
