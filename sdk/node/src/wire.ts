import type { Patch, Ruleset } from '@flagledger/core';

/** Reads a ruleset. Throws if the text is no JSON or lacks what every ruleset has. */
export function parseRuleset(text: string): Ruleset {
  return rulesetOf(JSON.parse(text));
}

/** Checks that a value has what every ruleset has; what its flags say, `compile` checks. */
export function rulesetOf(value: unknown): Ruleset {
  const ruleset = placed(value, 'ruleset');
  if (typeof ruleset.flags !== 'object' || ruleset.flags === null) {
    throw new TypeError('a ruleset has no flags');
  }
  return value as Ruleset;
}

/** Reads a patch, as parseRuleset does. */
export function parsePatch(text: string): Patch {
  const value: unknown = JSON.parse(text);
  const patch = placed(value, 'patch');
  if (!isPosition(patch.from)) {
    throw new TypeError('a patch has no revision to start from');
  }
  return value as Patch;
}

/** What a ruleset or a patch may have. */
type Parts = { readonly [part in 'project' | 'environment' | 'from' | 'revision' | 'flags']?: unknown };

function placed(value: unknown, what: string): Parts {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`a ${what} is an object`);
  }
  const parts = value as Parts;
  if (typeof parts.project !== 'string' || typeof parts.environment !== 'string') {
    throw new TypeError(`a ${what} names no project and environment`);
  }
  if (!isPosition(parts.revision)) {
    throw new TypeError(`a ${what} has no revision`);
  }
  return parts;
}

/** A 64-bit number in decimal. */
function isPosition(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,20}$/.test(value);
}
