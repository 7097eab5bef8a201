import type { ClauseNode } from './clause.js';
import type { UnitList } from './node.js';

/** A compiled segment. */
export interface SegmentNode {
  readonly included: readonly UnitList[];
  readonly excluded: readonly UnitList[];
  readonly rules: readonly (readonly ClauseNode[])[];
}
