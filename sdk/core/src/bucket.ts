import type { AttributePath } from './context.js';
import { HashState, murmur3 } from './murmur3.js';
import type { VariantNode } from './node.js';
import { TOTAL_WEIGHT } from './ruleset.js';

/**
 * The bucket, 0 to 99999, of a unit under a salt:
 *
 *     h = murmur3_x86_32(utf8(salt + ":" + unit), seed 0)
 *     bucket = (h * 100000) >> 32
 *
 * It is the fractional algorithm of OpenFeature flagd with a total weight of
 * 100000, so both put a unit into the same bucket.
 */
export function bucket(salt: string, unit: string): number {
  return bucketOf(murmur3(`${salt}:${unit}`));
}

/** The product stays below 2^53, so the double is exact, and a shift by 32 is what the division is. */
function bucketOf(hash: number): number {
  return Math.floor((hash * TOTAL_WEIGHT) / 0x1_0000_0000);
}

/** The buckets of one salt. */
export class Salt {
  readonly #state: HashState;

  constructor(salt: string) {
    this.#state = HashState.empty.with(`${salt}:`);
  }

  bucket(unit: string): number {
    return bucketOf(this.#state.hash(unit));
  }
}

/** A compiled split. */
export interface SplitNode {
  /** The attribute that is bucketed. */
  readonly by: AttributePath;
  readonly salt: Salt;
  /** Consecutive ranges from bucket 0; the last one ends at `TOTAL_WEIGHT`. */
  readonly ranges: readonly BucketRange[];
  readonly include: IncludeNode | undefined;
}

/** The buckets below `end`, and not below the end of the range before it. */
export interface BucketRange {
  readonly end: number;
  readonly variant: VariantNode;
}

/** A compiled share: the units whose bucket is not below `end` are served `otherwise`. */
export interface IncludeNode {
  readonly salt: Salt;
  readonly end: number;
  readonly otherwise: VariantNode;
}
