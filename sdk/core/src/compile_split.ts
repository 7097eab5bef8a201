import { type BucketRange, type IncludeNode, Salt, type SplitNode } from './bucket.js';
import type { AttributePath } from './context.js';
import type { VariantNode } from './node.js';
import type { Path } from './path.js';
import { type Include, type Split, TOTAL_WEIGHT } from './ruleset.js';
import { abbreviated } from './scalar.js';
import { limits, type Validator } from './validate.js';

/** What a split is compiled against. */
export interface SplitScope {
  readonly v: Validator;
  /** The salt of the flag. */
  readonly salt: string;
  attribute(name: string | undefined): AttributePath;
  /** The variant of a name; reports one that there is not. */
  variant(at: Path, name: string): VariantNode;
}

/** Checks and compiles a split. */
export function compileSplit(split: Split, scope: SplitScope, at: Path): SplitNode {
  const { v } = scope;
  v.text(at.field('by'), split.by);
  const salt = v.text(at.field('salt'), split.salt) || scope.salt;
  if (!salt) {
    v.report(
      at.field('salt'),
      'is empty, and so is the salt of the flag; set one of them (the key of the flag will do)',
    );
  }
  return {
    by: scope.attribute(split.by),
    salt: new Salt(salt),
    ranges: compileRanges(split, scope, at.field('weights')),
    include: split.include ? compileInclude(split.include, salt, scope, at.field('include')) : undefined,
  };
}

function compileRanges(split: Split, scope: SplitScope, at: Path): readonly BucketRange[] {
  let end = 0;
  const ranges = scope.v.list(at, split.weights, limits.variants).map((weight, i) => {
    checkWeight(scope.v, at.at(i).field('weight'), weight.weight);
    end += weight.weight;
    return { end, variant: scope.variant(at.at(i).field('variant'), weight.variant) };
  });
  if (end !== TOTAL_WEIGHT) {
    scope.v.report(at, `weights sum to ${end}; they must sum to ${TOTAL_WEIGHT} (1 unit = 0.001%)`);
  }
  return ranges;
}

function compileInclude(include: Include, splitSalt: string, scope: SplitScope, at: Path): IncludeNode {
  checkWeight(scope.v, at.field('weight'), include.weight);
  const salt = scope.v.text(at.field('salt'), include.salt);
  if (salt === '') {
    scope.v.report(at.field('salt'), 'is empty; the share needs a salt of its own');
  } else if (salt === splitSalt) {
    scope.v.report(at.field('salt'), 'is that of the split too, so the share would depend on it; use another');
  }
  return {
    salt: new Salt(salt),
    end: include.weight,
    otherwise: scope.variant(at.field('otherwise'), include.otherwise),
  };
}

function checkWeight(v: Validator, at: Path, weight: unknown): void {
  if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > TOTAL_WEIGHT) {
    v.report(at, `is ${abbreviated(weight)}; a weight is a whole number of 0 to ${TOTAL_WEIGHT} (1 unit = 0.001%)`);
  }
}
