import type { ClauseNode } from './clause.js';
import { AttributePath, TARGETING_KEY } from './context.js';
import { Graph } from './graph.js';
import type { UnitList } from './node.js';
import { compileClause, type Names } from './operand.js';
import { Path } from './path.js';
import type { Clause, Segment, SegmentList } from './ruleset.js';
import { type Scope, segmentsOf, segmentsOfClause } from './scope.js';
import type { SegmentNode } from './segment.js';
import { StringSet } from './unit.js';
import { checkReferences, limits, Validator } from './validate.js';

/** A segment once it has been asked for: compiled, or the reason why it cannot be used. */
type SegmentState = { readonly node: SegmentNode; readonly error?: undefined } | { readonly error: Error };

/** Compiles clauses and lists of units, which flags and segments share, and the segments that clauses name. */
export class SegmentCompiler implements Names {
  readonly #scope: Scope;
  readonly #references: Graph;
  readonly #states = new Map<string, SegmentState>();
  readonly #attributes = new Map<string, AttributePath>();

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#references = new Graph((key) => segmentsOf(scope.segment(key)));
  }

  /** The one path for a name; of the targeting key if there is none. */
  attribute(name: string | undefined): AttributePath {
    const key = name || TARGETING_KEY;
    const path = this.#attributes.get(key) ?? new AttributePath(key);
    this.#attributes.set(key, path);
    return path;
  }

  hasSegment(key: string): boolean {
    return this.#scope.segment(key) !== undefined;
  }

  clauses(list: readonly Clause[], v: Validator, at: Path): readonly ClauseNode[] {
    return v.list(at, list, limits.clauses).map((clause, i) => {
      const node = compileClause(clause, v, at.at(i), this);
      return clause.op === 'inSegment' ? { ...node, segments: this.#named(clause, v, at.at(i).field('values')) } : node;
    });
  }

  units(list: SegmentList, v: Validator, at: Path): UnitList {
    v.text(at.field('by'), list.by);
    return { by: this.attribute(list.by), values: new StringSet(v.units(at.field('values'), list.values)) };
  }

  /** The segments of a clause. One that is not valid breaks what uses it: without it, the wrong people would be served. */
  #named(clause: Clause, v: Validator, at: Path): readonly SegmentNode[] {
    return segmentsOfClause(clause).flatMap((key) => {
      const state = this.#segment(key);
      if (state.error !== undefined) {
        v.report(at, `the segment ${JSON.stringify(key)} cannot be used: ${state.error.message}`);
        return [];
      }
      return [state.node];
    });
  }

  /** Compiles a segment, and those it refers to, once. */
  #segment(key: string): SegmentState {
    const known = this.#states.get(key);
    if (known !== undefined) {
      return known;
    }
    const state = this.#compile(key, this.#scope.segment(key));
    this.#states.set(key, state);
    return state;
  }

  #compile(key: string, from: Segment | undefined): SegmentState {
    const v = new Validator();
    v.key(Path.root, key);
    checkReferences(v, Path.root.field('rules'), this.#references.at(key), 'segment');
    if (from === undefined || v.error() !== undefined) {
      // Part of a cycle, perhaps: to go on might never end.
      return { error: v.error() ?? new Error('there is none') };
    }
    const node = {
      included: this.#lists(from.included, v, Path.root.field('included')),
      excluded: this.#lists(from.excluded, v, Path.root.field('excluded')),
      rules: v
        .list(Path.root.field('rules'), from.rules, limits.rules)
        .map((rule, i) => this.clauses(rule.clauses, v, Path.root.field('rules').at(i).field('clauses'))),
    };
    const error = v.error();
    return error === undefined ? { node } : { error };
  }

  #lists(lists: readonly SegmentList[] | null | undefined, v: Validator, at: Path): readonly UnitList[] {
    return v.list(at, lists, limits.lists).map((list, i) => this.units(list, v, at.at(i)));
  }
}
