/**
 * A Semantic Version 2.0.0. Numbers are kept and compared as digits, so they
 * cannot overflow.
 */
export interface Version {
  readonly core: readonly string[];
  /** The identifiers of the pre-release; build metadata is dropped. */
  readonly prerelease: readonly string[];
}

const number = /^(?:0|[1-9][0-9]*)$/;
const digits = /^[0-9]+$/;
const identifier = /^[0-9A-Za-z-]+$/;

/**
 * Reads MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]; undefined if it is none.
 * Nothing may be missing or added: "1.2" and "v1.2.3" are not versions.
 */
export function parseVersion(text: string): Version | undefined {
  const [rest, build] = cut(text, '+');
  if (build !== undefined && !build.split('.').every((part) => identifier.test(part))) {
    return undefined;
  }
  const [numbers, prerelease] = cut(rest, '-');
  const core = numbers.split('.');
  if (core.length !== 3 || !core.every((part) => number.test(part))) {
    return undefined;
  }
  const identifiers = prerelease?.split('.') ?? [];
  const sound = identifiers.every((part) => identifier.test(part) && (number.test(part) || !digits.test(part)));
  return sound ? { core, prerelease: identifiers } : undefined;
}

/** Orders by precedence (semver.org, section 11): below zero, zero, above zero. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const order = compareNumbers(a.core[i] ?? '', b.core[i] ?? '');
    if (order !== 0) {
      return order;
    }
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) {
    // A release comes after its pre-releases.
    return Math.sign(b.prerelease.length - a.prerelease.length);
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) {
      return order;
    }
  }
  return Math.sign(a.length - b.length);
}

function compareIdentifiers(a: string, b: string): number {
  const numericA = digits.test(a);
  const numericB = digits.test(b);
  if (numericA && numericB) {
    return compareNumbers(a, b);
  }
  if (numericA !== numericB) {
    return numericA ? -1 : 1; // numbers are below words
  }
  return compareText(a, b);
}

/** Compares numbers without leading zeros: the longer is larger. */
function compareNumbers(a: string, b: string): number {
  return a.length !== b.length ? Math.sign(a.length - b.length) : compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
