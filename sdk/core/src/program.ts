import { AttributePath, type EvaluationContext, TARGETING_KEY } from './context.js';
import { Evaluation } from './evaluate.js';
import type { FlagNode } from './node.js';
import { NO_BUCKET, type Result } from './result.js';
import type { Ruleset } from './ruleset.js';
import { unitOf } from './unit.js';

/** A compiled ruleset. It never changes: when a new revision arrives, replace it as a whole. */
export class Program {
  /** The key of the project that the ruleset belongs to. */
  readonly project: string;
  /** The key of the environment that the ruleset belongs to. */
  readonly environment: string;
  /** The ledger position of the last event in the ruleset, in decimal. */
  readonly revision: string;
  readonly #flags: ReadonlyMap<string, FlagNode>;
  readonly #keyFrom: AttributePath | undefined;
  #ordered: readonly FlagNode[] | undefined = undefined;
  #units: readonly string[] | undefined = undefined;

  /** Programs are made by `compile`. */
  constructor(ruleset: Ruleset, flags: ReadonlyMap<string, FlagNode>, keyFrom: AttributePath | undefined) {
    this.project = ruleset.project;
    this.environment = ruleset.environment;
    this.revision = ruleset.revision;
    this.#flags = flags;
    this.#keyFrom = keyFrom;
  }

  /**
   * Answers for one flag and one context. It is pure and never throws: an
   * unknown flag, a broken flag or a missing unit gives the reason ERROR with
   * an error code and no value.
   */
  evaluate(flag: string, context: EvaluationContext): Result {
    const node = this.#flags.get(flag);
    if (node === undefined) {
      return unknown(this.revision);
    }
    return node.constant ? this.constant(node) : new Evaluation(this.revision, context, this.#keyFrom).flag(node);
  }

  /** The answer of a flag that looks at no context, made once and shared. (Private as in Evaluation.) */
  private constant(node: FlagNode): Result {
    if (node.answer?.revision !== this.revision) {
      node.answer = Object.freeze(new Evaluation(this.revision, {}, undefined).flag(node));
    }
    return node.answer;
  }

  /** Evaluates every flag for one context, in the order of `keys`. */
  all(context: EvaluationContext): Iterable<[string, Result]> {
    const walk = new Evaluation(this.revision, context, this.#keyFrom);
    return this.#nodes().map((node) => [node.key, node.constant ? this.constant(node) : walk.flag(node)]);
  }

  /** The keys of all flags, broken ones included, sorted. */
  keys(): string[] {
    return this.#nodes().map((node) => node.key);
  }

  /** The flags that serve nothing but PARSE_ERROR, each with why. */
  broken(): ReadonlyMap<string, Error> {
    const found = new Map<string, Error>();
    for (const { key, broken } of this.#nodes()) {
      if (broken !== undefined) {
        found.set(key, broken);
      }
    }
    return found;
  }

  /**
   * The unit that a split by the attribute called `by` draws from the context: a
   * string that is not empty, or an integer of at most 2^53-1 in decimal;
   * undefined if there is none.
   */
  unit(context: EvaluationContext, by: string): string | undefined {
    return unitOf(new Evaluation(this.revision, context, this.#keyFrom).find(new AttributePath(by || TARGETING_KEY)));
  }

  /**
   * The attributes that a flag buckets by: under the id of each rule that has a
   * split, and under '' if the default has one. It is empty for a flag that
   * has no split, is broken or unknown. With the `rule` of a result of the
   * reason SPLIT it gives what an exposure is reported for.
   */
  splits(flag: string): ReadonlyMap<string, string> {
    return this.#flags.get(flag)?.splits ?? noSplits;
  }

  /** The attributes that any split buckets by, the targeting key first and always, the others sorted. */
  get units(): readonly string[] {
    if (this.#units === undefined) {
      const names = new Set<string>();
      for (const { splits } of this.#flags.values()) {
        for (const by of splits.values()) {
          names.add(by);
        }
      }
      names.delete(TARGETING_KEY);
      this.#units = Object.freeze([TARGETING_KEY, ...[...names].sort()]);
    }
    return this.#units;
  }

  /** Sorted once, when they are first asked for: 10,000 keys take longer than a patch of one flag. */
  #nodes(): readonly FlagNode[] {
    this.#ordered ??= [...this.#flags.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#ordered;
  }
}

function unknown(revision: string): Result {
  return {
    value: undefined,
    variant: '',
    reason: 'ERROR',
    rule: '',
    bucket: NO_BUCKET,
    outside: false,
    error: 'FLAG_NOT_FOUND',
    revision,
    version: '0',
  };
}

const noSplits: ReadonlyMap<string, string> = new Map();
