import type { FlagNode } from './node.js';
import type { Flag } from './ruleset.js';
import { prerequisitesOf, type Scope, segmentsOf } from './scope.js';

/** A ruleset and the nodes that its flags were compiled to. */
export interface Compiled {
  readonly scope: Scope;
  readonly nodes: ReadonlyMap<string, FlagNode>;
}

/** The nodes that need not be compiled again, and the keys of the flags that must. */
export interface Kept {
  readonly nodes: Map<string, FlagNode>;
  readonly missing: readonly string[];
}

/**
 * Keeps the nodes of an earlier ruleset that mean the same in `scope`: the flag
 * and all that it leads to are the same objects. Segments are few and change
 * rarely, so a change of any counts as one of all.
 */
export function keptNodes(before: Compiled, scope: Scope): Kept {
  const changed = new Set(scope.changedFlags(before.scope));
  if (!scope.hasSegmentsOf(before.scope)) {
    for (const [key, node] of before.nodes) {
      if (segmentsOf(node.source).length > 0) {
        changed.add(key);
      }
    }
  }
  const dropped = new Set(changed);
  for (const [key, node] of changed.size > 0 ? before.nodes : []) {
    if (leadsTo(changed, node.source, scope)) {
      dropped.add(key);
    }
  }
  const nodes = new Map(before.nodes);
  for (const key of dropped) {
    nodes.delete(key);
  }
  return { nodes, missing: [...dropped].filter((key) => scope.flag(key) !== undefined) };
}

/** Whether the prerequisites of a flag, and theirs, have a key of `changed` among them. */
function leadsTo(changed: ReadonlySet<string>, flag: Flag, scope: Scope): boolean {
  if (!flag?.prerequisites) {
    return false;
  }
  const open = new Set(prerequisitesOf(flag));
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
