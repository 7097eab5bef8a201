import type { SegmentCompiler } from './compile_segment.js';
import { compileSplit, type SplitScope } from './compile_split.js';
import type { Graph } from './graph.js';
import {
  type FlagNode,
  noVariant,
  type PrerequisiteNode,
  type RuleNode,
  type ServeNode,
  type TargetNode,
  type VariantNode,
} from './node.js';
import { Path } from './path.js';
import type { Flag, Serve } from './ruleset.js';
import { abbreviated } from './scalar.js';
import { checkReferences, limits, Validator } from './validate.js';
import { compileVariants } from './variant.js';

/** What flags are compiled against. */
export interface Surroundings {
  readonly nodes: ReadonlyMap<string, FlagNode>;
  readonly references: Graph;
  readonly segments: SegmentCompiler;
}

/** Fills the node of a flag, or marks it as broken with every problem that it has. */
export function compileFlag(node: FlagNode, around: Surroundings): void {
  try {
    const compiler = new FlagCompiler(node.source, around);
    compiler.fill(node);
    const error = compiler.v.error();
    if (error !== undefined) {
      breakFlag(node, error);
    }
  } catch (cause) {
    // Only what is not even of the wire form gets here; it must not harm other flags.
    breakFlag(node, new Error(`is not a flag: ${cause instanceof Error ? cause.message : String(cause)}`));
  }
}

function breakFlag(node: FlagNode, error: Error): void {
  node.broken = error;
  node.splits = new Map();
}

class FlagCompiler {
  readonly v = new Validator();
  readonly #flag: Flag;
  readonly #around: Surroundings;
  readonly #variants: ReadonlyMap<string, VariantNode>;
  readonly #splits: SplitScope;

  constructor(flag: Flag, around: Surroundings) {
    this.#flag = flag;
    this.#around = around;
    this.#variants = compileVariants(flag, this.v, Path.root);
    this.#splits = {
      v: this.v,
      salt: flag.salt,
      attribute: (name) => around.segments.attribute(name),
      variant: (at, name) => this.#named(at, name),
    };
  }

  fill(node: FlagNode): void {
    const flag = this.#flag;
    this.v.key(Path.root, node.key);
    this.v.text(Path.root.field('salt'), flag.salt);
    if (typeof flag.on !== 'boolean') {
      this.v.report(Path.root.field('on'), `is ${abbreviated(flag.on)}; it must be true or false`);
    }
    node.on = flag.on === true;
    node.off = this.#named(Path.root.field('offVariant'), flag.offVariant);
    node.prerequisites = this.#prerequisites(node.key);
    node.targets = this.#targets();
    node.rules = this.#rules();
    node.fallback = this.#serve(Path.root.field('default'), flag.default);
    node.splits = splitsOf(node);
    const plain = node.prerequisites.length + node.targets.length + node.rules.length === 0;
    node.plain = plain ? 'STATIC' : 'DEFAULT';
    node.constant = !node.on || (plain && node.fallback.split === undefined);
  }

  #named(at: Path, name: string): VariantNode {
    const variant = this.#variants.get(name);
    if (variant === undefined) {
      const names = [...this.#variants.keys()].join(', ');
      this.v.report(at, `${abbreviated(name)} is not a variant of this flag; the variants are ${names}`);
    }
    return variant ?? noVariant;
  }

  #prerequisites(key: string): PrerequisiteNode[] {
    const at = Path.root.field('prerequisites');
    const list = this.v.list(at, this.#flag.prerequisites, Number.POSITIVE_INFINITY);
    const nodes = list.flatMap((prerequisite, i) => {
      const node = this.#around.nodes.get(prerequisite.flag);
      if (node === undefined) {
        this.v.report(at.at(i).field('flag'), `${abbreviated(prerequisite.flag)} is not a flag of this environment`);
        return [];
      }
      this.#checkWanted(at.at(i).field('variants'), node.source, prerequisite.variants);
      return [{ flag: node, variants: prerequisite.variants }];
    });
    if (list.length > 0) {
      checkReferences(this.v, at, this.#around.references.at(key), 'prerequisite');
    }
    return nodes;
  }

  #checkWanted(at: Path, other: Flag, wanted: readonly string[]): void {
    const names = this.v.list(at, wanted, Number.POSITIVE_INFINITY);
    if (names.length === 0) {
      this.v.report(at, 'is empty; name the variants that this flag needs');
    }
    for (const [i, name] of names.entries()) {
      if (!other.variants?.some((variant) => variant.name === name)) {
        this.v.report(at.at(i), `${abbreviated(name)} is not a variant of that flag`);
      }
    }
  }

  #targets(): TargetNode[] {
    const at = Path.root.field('targets');
    return this.v.list(at, this.#flag.targets, limits.targets).map((target, i) => ({
      variant: this.#named(at.at(i).field('variant'), target.variant),
      units: this.#around.segments.units(target, this.v, at.at(i)),
    }));
  }

  #rules(): RuleNode[] {
    const at = Path.root.field('rules');
    const seen = new Set<string>();
    return this.v.list(at, this.#flag.rules, limits.rules).map((rule, i) => {
      const id = this.v.text(at.at(i).field('id'), rule.id);
      if (id === '' || seen.has(id)) {
        const problem = id === '' ? 'is empty; results name the rule that decided' : 'is that of an earlier rule';
        this.v.report(at.at(i).field('id'), problem);
      }
      seen.add(id);
      this.v.text(at.at(i).field('description'), rule.description);
      return {
        id,
        clauses: this.#around.segments.clauses(rule.clauses, this.v, at.at(i).field('clauses')),
        serve: this.#serve(at.at(i).field('serve'), rule.serve),
      };
    });
  }

  #serve(at: Path, serve: Serve): ServeNode {
    const hasVariant = serve.variant !== undefined && serve.variant !== '';
    const split = serve.split ?? undefined;
    if (hasVariant && split !== undefined) {
      this.v.report(at, 'has a variant and a split; keep one of them');
    }
    if (split === undefined) {
      return { variant: this.#named(at.field('variant'), serve.variant ?? ''), split: undefined };
    }
    return { variant: noVariant, split: compileSplit(split, this.#splits, at.field('split')) };
  }
}

function splitsOf(node: FlagNode): ReadonlyMap<string, string> {
  const splits = new Map<string, string>();
  for (const { id, serve } of [...node.rules, { id: '', serve: node.fallback }]) {
    if (serve.split !== undefined) {
      splits.set(id, serve.split.by.name);
    }
  }
  return splits;
}
