import type { Clause, Flag, Ruleset, Segment } from '@flagledger/core';

type Table<T> = Readonly<Record<string, T>>;

/**
 * Keys of the flags that may answer differently under `after` than under
 * `before`: changed, added and removed ones, and whatever depends on one of
 * them by a prerequisite, or on a changed segment.
 */
export function changedFlags(before: Ruleset | undefined, after: Ruleset): string[] {
  if (before === undefined || before.project !== after.project || before.environment !== after.environment) {
    return [...new Set([...Object.keys(before?.flags ?? {}), ...Object.keys(after.flags)])];
  }
  const segments = changedKeys(before.segments ?? {}, after.segments ?? {});
  const flags = changedKeys(before.flags, after.flags);
  spread(segments, after.segments ?? {}, (segment) => segmentsOf(segment?.rules));
  for (const [key, flag] of Object.entries(after.flags)) {
    if (segments.size > 0 && segmentsOf(flag?.rules).some((segment) => segments.has(segment))) {
      flags.add(key);
    }
  }
  spread(flags, after.flags, (flag) => list(flag?.prerequisites).map((needed) => needed?.flag));
  return [...flags];
}

/** Versions are positions of the ledger: where they agree, so does everything else. */
function changedKeys<T extends Flag | Segment>(before: Table<T>, after: Table<T>): Set<string> {
  const changed = new Set<string>();
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) {
      changed.add(key);
    }
  }
  for (const [key, now] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old !== now && old?.version !== now?.version) {
      changed.add(key);
    }
  }
  return changed;
}

/** Adds to `changed` whatever needs one of its members, however indirectly. */
function spread<T>(changed: Set<string>, all: Table<T>, needs: (item: T) => readonly string[]): void {
  if (changed.size === 0) {
    return;
  }
  const neededBy = new Map<string, string[]>();
  for (const [key, item] of Object.entries(all)) {
    for (const needed of needs(item)) {
      const list = neededBy.get(needed);
      list ? list.push(key) : neededBy.set(needed, [key]);
    }
  }
  for (const key of changed) {
    // also over those that are added meanwhile
    for (const dependent of neededBy.get(key) ?? []) {
      changed.add(dependent);
    }
  }
}

function segmentsOf(rules: readonly { clauses: readonly Clause[] }[] | null | undefined): string[] {
  const keys: string[] = [];
  for (const rule of list(rules)) {
    for (const clause of list(rule?.clauses)) {
      if (clause?.op === 'inSegment') {
        keys.push(...list(clause.values).filter((value) => typeof value === 'string'));
      }
    }
  }
  return keys;
}

/** A flag may be malformed: then it is broken alone, and must not hide what has changed. */
function list<T>(items: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(items) ? items : [];
}
