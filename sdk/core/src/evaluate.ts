import type { BucketRange, SplitNode } from './bucket.js';
import type { ClauseNode } from './clause.js';
import { type Attribute, type AttributePath, type EvaluationContext, TARGETING_KEY } from './context.js';
import {
  type FlagNode,
  noVariant,
  type PrerequisiteNode,
  type RuleNode,
  type ServeNode,
  type UnitList,
} from './node.js';
import { type ErrorCode, NO_BUCKET, type Reason, type Result } from './result.js';
import { isScalar } from './scalar.js';
import type { SegmentNode } from './segment.js';
import { isListed, unitOf } from './unit.js';

/**
 * One walk through flags for one context. How it is fast: names are parsed and
 * lists are sets before; what a clause compares is a closure over values that
 * are parsed; the attribute found last is remembered, because rules commonly
 * test one attribute again and again; and nothing is allocated but the walk
 * itself and the results. (Its members are private to the compiler only: the
 * checks that JavaScript makes for its own privacy cost as much as a clause.)
 */
export class Evaluation {
  private readonly revision: string;
  private readonly context: EvaluationContext;
  /** Where a context without a targeting key has its unit. */
  private readonly keyFrom: AttributePath | undefined;
  private path: AttributePath | undefined = undefined;
  private found: Attribute | undefined = undefined;

  constructor(revision: string, context: EvaluationContext, keyFrom: AttributePath | undefined) {
    this.revision = revision;
    this.context = context;
    this.keyFrom = keyFrom;
  }

  /**
   * Applies the order of evaluation: off, prerequisites, targets, rules,
   * default. It recurses through prerequisites, which the compiler has proved
   * to be free of cycles and bounded.
   */
  flag(flag: FlagNode): Result {
    if (flag.broken !== undefined) {
      return this.error(flag, '', 'PARSE_ERROR');
    }
    if (!flag.on) {
      return this.served(flag, flag.off, 'DISABLED', '', NO_BUCKET, false);
    }
    for (const prerequisite of flag.prerequisites) {
      if (!this.meets(prerequisite)) {
        return this.served(flag, flag.off, 'PREREQUISITE_FAILED', '', NO_BUCKET, false);
      }
    }
    for (const target of flag.targets) {
      if (this.lists(target.units)) {
        return this.served(flag, target.variant, 'TARGETING_MATCH', '', NO_BUCKET, false);
      }
    }
    const rule = this.matching(flag.rules);
    return rule === undefined
      ? this.serve(flag, flag.fallback, '', flag.plain)
      : this.serve(flag, rule.serve, rule.id, 'TARGETING_MATCH');
  }

  /** The value of an attribute of the context; undefined if it is missing. */
  find(path: AttributePath): Attribute | undefined {
    if (path !== this.path) {
      this.found = path.name === TARGETING_KEY ? this.targetingKey() : path.in(this.context);
      this.path = path;
    }
    return this.found;
  }

  /** A targeting key is a string that is not empty; a number in its place is the unit that it would be. */
  private targetingKey(): string | undefined {
    const context = this.context;
    const key = context.targetingKey;
    if (typeof key === 'string' && key !== '' && Object.hasOwn(context, TARGETING_KEY)) {
      return key;
    }
    return this.keyFrom && unitOf(this.keyFrom.in(context));
  }

  /** Whether another flag is on and serves one of the variants wanted. A flag that ends in an error serves none. */
  private meets(prerequisite: PrerequisiteNode): boolean {
    if (!prerequisite.flag.on) {
      return false;
    }
    const served = this.flag(prerequisite.flag);
    return served.error === '' && prerequisite.variants.includes(served.variant);
  }

  private lists(units: UnitList): boolean {
    return isListed(units.values, this.find(units.by));
  }

  private matching(rules: readonly RuleNode[]): RuleNode | undefined {
    for (const rule of rules) {
      if (this.holdAll(rule.clauses)) {
        return rule;
      }
    }
    return undefined;
  }

  /** Whether all clauses match; an empty list does. */
  private holdAll(clauses: readonly ClauseNode[]): boolean {
    for (const clause of clauses) {
      if (!this.holds(clause)) {
        return false;
      }
    }
    return true;
  }

  private holds(clause: ClauseNode): boolean {
    if (clause.segments !== undefined) {
      return clause.segments.some((segment) => this.inSegment(segment)) !== clause.negate;
    }
    const value = this.find(clause.attribute);
    if (clause.exists) {
      return (value !== undefined) !== clause.negate;
    }
    if (value === undefined) {
      return false;
    }
    if (typeof value !== 'object') {
      return clause.relation(value) !== clause.negate;
    }
    return value.some((item) => isScalar(item) && clause.relation(item)) !== clause.negate;
  }

  /** A listed unit is in, whatever the exclusions say; an excluded one is out, whatever the rules say. */
  private inSegment(segment: SegmentNode): boolean {
    if (segment.included.some((units) => this.lists(units))) {
      return true;
    }
    if (segment.excluded.some((units) => this.lists(units))) {
      return false;
    }
    return segment.rules.some((clauses) => this.holdAll(clauses));
  }

  /** Gives the variant, for the reason `plain`, or draws the split. */
  private serve(flag: FlagNode, serve: ServeNode, rule: string, plain: Reason): Result {
    return serve.split === undefined
      ? this.served(flag, serve.variant, plain, rule, NO_BUCKET, false)
      : this.split(flag, serve.split, rule);
  }

  private split(flag: FlagNode, split: SplitNode, rule: string): Result {
    const unit = unitOf(this.find(split.by));
    if (unit === undefined) {
      return this.error(flag, rule, 'TARGETING_KEY_MISSING');
    }
    const { include } = split;
    if (include !== undefined) {
      const drawn = include.salt.bucket(unit);
      if (drawn >= include.end) {
        return this.served(flag, include.otherwise, 'SPLIT', rule, drawn, true);
      }
    }
    const drawn = split.salt.bucket(unit);
    return this.served(flag, rangeOf(split.ranges, drawn).variant, 'SPLIT', rule, drawn, false);
  }

  private served(
    flag: FlagNode,
    from: BucketRange['variant'],
    reason: Reason,
    rule: string,
    bucket: number,
    outside: boolean,
  ): Result {
    return {
      value: from.value,
      variant: from.name,
      reason,
      rule,
      bucket,
      outside,
      error: '',
      revision: this.revision,
      version: flag.version,
    };
  }

  private error(flag: FlagNode, rule: string, error: ErrorCode): Result {
    return {
      value: undefined,
      variant: '',
      reason: 'ERROR',
      rule,
      bucket: NO_BUCKET,
      outside: false,
      error,
      revision: this.revision,
      version: flag.version,
    };
  }
}

/** The range that has the bucket: the last one ends where buckets do. */
function rangeOf(ranges: readonly BucketRange[], bucket: number): BucketRange {
  for (const range of ranges) {
    if (bucket < range.end) {
      return range;
    }
  }
  return { end: 0, variant: noVariant };
}
