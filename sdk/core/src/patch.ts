import { noteOrigin } from './lineage.js';
import { compareRevisions } from './revision.js';
import { type Patch, type Ruleset, SPEC_VERSION } from './ruleset.js';
import { SpecVersionError } from './spec.js';

/** The patch starts at a later revision than the ruleset has. Fetch the whole ruleset. */
export class PatchGapError extends Error {
  override readonly name = 'PatchGapError';
}

/** The patch is of another project or environment. Fetch the whole ruleset. */
export class PatchForeignError extends Error {
  override readonly name = 'PatchForeignError';
}

/**
 * Returns the ruleset at the revision of the patch. Neither is changed; the
 * result shares flags and segments with both, so `compile` with `previous`
 * compiles only what has changed. A patch that the ruleset already contains
 * (its revision is not above that of the ruleset) gives the ruleset itself.
 *
 * @throws PatchGapError, PatchForeignError, SpecVersionError
 */
export function applyPatch(ruleset: Ruleset, patch: Patch): Ruleset {
  for (const { specVersion } of [ruleset, patch]) {
    if (specVersion !== SPEC_VERSION) {
      throw new SpecVersionError('apply patch', specVersion);
    }
  }
  if (patch.project !== ruleset.project || patch.environment !== ruleset.environment) {
    const [from, to] = [`${patch.project}/${patch.environment}`, `${ruleset.project}/${ruleset.environment}`];
    throw new PatchForeignError(`apply patch of ${from} to ${to}: it is of another project or environment`);
  }
  if (compareRevisions(patch.revision, ruleset.revision) <= 0) {
    return ruleset;
  }
  if (compareRevisions(patch.from, ruleset.revision) > 0) {
    const span = `${patch.from} to ${patch.revision}`;
    throw new PatchGapError(`apply patch ${span} at revision ${ruleset.revision}: it starts after that revision`);
  }
  return {
    ...ruleset,
    revision: patch.revision,
    flags: patched(ruleset.flags, patch.flags),
    segments: patched(ruleset.segments ?? {}, patch.segments),
  };
}

function patched<T extends object>(
  old: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | null>> | null | undefined,
): Readonly<Record<string, T>> {
  const changed = Object.keys(changes ?? {});
  if (!changes || changed.length === 0) {
    return old;
  }
  // It has no prototype, so that "__proto__" is a key like any other; and key
  // by key it is made in half the time of a spread.
  const out: Record<string, T> = Object.create(null);
  for (const key of Object.keys(old)) {
    assign(out, key, old[key]);
  }
  for (const key of changed) {
    assign(out, key, changes[key]);
  }
  noteOrigin(out, old, changed);
  return out;
}

function assign<T extends object>(to: Record<string, T>, key: string, value: T | null | undefined): void {
  if (value === null || value === undefined) {
    delete to[key];
  } else {
    to[key] = value;
  }
}
