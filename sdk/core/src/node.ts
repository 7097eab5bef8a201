import type { SplitNode } from './bucket.js';
import type { ClauseNode } from './clause.js';
import type { AttributePath } from './context.js';
import type { Reason, Result } from './result.js';
import type { Flag } from './ruleset.js';
import type { StringSet } from './unit.js';
import type { Json } from './value.js';

/** What a flag in error serves. */
export const noVariant: VariantNode = Object.freeze({ name: '', value: undefined });

const noSplits: ReadonlyMap<string, string> = new Map();

/** A compiled flag. It is filled by the compiler and never changes afterwards, but for what it remembers. */
export class FlagNode {
  readonly key: string;
  readonly version: string;
  /** What it was compiled from; a later compilation that meets the same object may keep the node. */
  readonly source: Flag;
  /** Why it cannot be served. */
  broken: Error | undefined = undefined;
  on = false;
  off: VariantNode = noVariant;
  /** The reason of a plain default. */
  plain: Reason = 'DEFAULT';
  prerequisites: readonly PrerequisiteNode[] = [];
  targets: readonly TargetNode[] = [];
  rules: readonly RuleNode[] = [];
  fallback: ServeNode = { variant: noVariant, split: undefined };
  /** Whether every context gets the same answer. */
  constant = false;
  /** That answer, under the revision it was last asked for. */
  answer: Result | undefined = undefined;
  /** What is bucketed by each rule that has a split, and by the default under ''. */
  splits: ReadonlyMap<string, string> = noSplits;

  constructor(key: string, source: Flag) {
    this.key = key;
    this.version = typeof source?.version === 'string' ? source.version : '0';
    this.source = source;
  }
}

export interface VariantNode {
  readonly name: string;
  readonly value: Json | undefined;
}

export interface PrerequisiteNode {
  readonly flag: FlagNode;
  readonly variants: readonly string[];
}

export interface TargetNode {
  readonly variant: VariantNode;
  readonly units: UnitList;
}

export interface RuleNode {
  readonly id: string;
  readonly clauses: readonly ClauseNode[];
  readonly serve: ServeNode;
}

/** A split, or else a variant. */
export interface ServeNode {
  readonly variant: VariantNode;
  readonly split: SplitNode | undefined;
}

/** A set of units, compared by the attribute `by`. */
export interface UnitList {
  readonly by: AttributePath;
  readonly values: StringSet;
}
