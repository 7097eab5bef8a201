import type { FlagNode } from './node.js';
import { prerequisitesOf, type Scope, segmentsOf } from './scope.js';

/** A ruleset and the nodes that its flags were compiled to. */
export interface Compiled {
  readonly scope: Scope;
  readonly nodes: ReadonlyMap<string, FlagNode>;
}

/**
 * The nodes of an earlier ruleset that mean the same in `scope`: the flag and
 * all that it leads to are the same objects. Segments are few and change
 * rarely, so a change of any counts as one of all.
 */
export function keptNodes(before: Compiled, scope: Scope): Map<string, FlagNode> {
  const changed = changedFlags(before, scope);
  const kept = new Map<string, FlagNode>();
  for (const [key, node] of before.nodes) {
    if (!changed.has(key) && !leadsTo(changed, key, scope)) {
      kept.set(key, node);
    }
  }
  return kept;
}

/** The keys that are not in both rulesets with the same flag and, if it uses any, the same segments. */
function changedFlags(before: Compiled, scope: Scope): ReadonlySet<string> {
  const sameSegments = before.scope.sameSegments(scope);
  const changed = new Set<string>();
  for (const key of scope.keys()) {
    const flag = scope.flag(key);
    if (before.nodes.get(key)?.source !== flag || (!sameSegments && segmentsOf(flag).length > 0)) {
      changed.add(key);
    }
  }
  for (const key of before.nodes.keys()) {
    if (scope.flag(key) === undefined) {
      changed.add(key);
    }
  }
  return changed;
}

/** Whether the prerequisites of a flag, and theirs, have a key of `changed` among them. */
function leadsTo(changed: ReadonlySet<string>, key: string, scope: Scope): boolean {
  const direct = prerequisitesOf(scope.flag(key));
  if (direct.length === 0) {
    return false;
  }
  const open = new Set(direct);
  for (const next of open) {
    if (changed.has(next)) {
      return true;
    }
    for (const further of prerequisitesOf(scope.flag(next))) {
      open.add(further); // the loop reaches what is added to the set while it runs
    }
  }
  return false;
}
