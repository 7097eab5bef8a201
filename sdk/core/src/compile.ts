import { compileFlag } from './compile_flag.js';
import { SegmentCompiler } from './compile_segment.js';
import { AttributePath } from './context.js';
import { Graph } from './graph.js';
import { FlagNode } from './node.js';
import { Program } from './program.js';
import { type Compiled, type Kept, keptNodes } from './reuse.js';
import { type Ruleset, SPEC_VERSION } from './ruleset.js';
import { prerequisitesOf, Scope } from './scope.js';
import { SpecVersionError } from './spec.js';

/** How a ruleset is compiled. */
export interface CompileOptions {
  /**
   * Where a context has no targeting key, this attribute ("userId") is read in
   * its place. By default there is no other place.
   */
  readonly targetingKeyFrom?: string | undefined;
  /**
   * The program of an earlier ruleset. Flags that are the same objects in both,
   * and so is all that they refer to, are not compiled again: a patch of one
   * flag in 10,000 takes a few milliseconds. Flags and segments must therefore
   * never be changed in place once they were compiled; `applyPatch` does not.
   */
  readonly previous?: Program | undefined;
}

/**
 * Turns a ruleset into a program. A flag that is not valid, that is part of a
 * prerequisite cycle, or that uses a segment that is not valid serves
 * PARSE_ERROR and is listed by `Program.broken`; all others serve as if it were
 * valid.
 *
 * @throws SpecVersionError when the ruleset is of another format.
 */
export function compile(ruleset: Ruleset, options: CompileOptions = {}): Program {
  if (ruleset.specVersion !== SPEC_VERSION) {
    throw new SpecVersionError('compile ruleset', ruleset.specVersion);
  }
  const scope = new Scope(ruleset);
  const before = options.previous && compiled.get(options.previous);
  const { nodes, missing }: Kept = before ? keptNodes(before, scope) : { nodes: new Map(), missing: scope.keys() };
  const fresh = addNodes(nodes, missing, scope);
  const references = new Graph((key) => prerequisitesOf(scope.flag(key)));
  const segments = new SegmentCompiler(scope);
  for (const node of fresh) {
    compileFlag(node, { nodes, references, segments });
  }
  const { targetingKeyFrom } = options;
  const program = new Program(ruleset, nodes, targetingKeyFrom ? new AttributePath(targetingKeyFrom) : undefined);
  compiled.set(program, { scope, nodes });
  return program;
}

/** What programs were compiled from, for those compiled after them. */
const compiled = new WeakMap<Program, Compiled>();

/** Every flag has its node first, so that prerequisites can point to flags not compiled yet. */
function addNodes(nodes: Map<string, FlagNode>, missing: readonly string[], scope: Scope): readonly FlagNode[] {
  return missing.flatMap((key) => {
    const source = scope.flag(key);
    if (source === undefined) {
      return [];
    }
    const node = new FlagNode(key, source);
    nodes.set(key, node);
    return [node];
  });
}
