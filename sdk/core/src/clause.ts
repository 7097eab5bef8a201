import type { AttributePath, Scalar } from './context.js';
import type { SegmentNode } from './segment.js';

/** A compiled clause. */
export interface ClauseNode {
  readonly attribute: AttributePath;
  /** Asks whether the attribute is there, and nothing of its value. */
  readonly exists: boolean;
  readonly negate: boolean;
  /** Whether a value stands in the relation of the clause to one of its values. */
  readonly relation: Relation;
  /** The segments of `inSegment`; undefined for every other operator. */
  readonly segments: readonly SegmentNode[] | undefined;
}

/** A value of another type than the relation is about never stands in it. */
export type Relation = (value: Scalar) => boolean;

/** The relation of clauses that do not ask for one. */
export const never: Relation = () => false;
