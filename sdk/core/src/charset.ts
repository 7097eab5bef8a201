/** Code points as inclusive ranges, in any order; they may overlap. */
export type CharSet = readonly CharRange[];

/** The code points from the first to the second, both included. */
export type CharRange = readonly [number, number];

export const maxCodePoint = 0x10ffff;

const digit: CharSet = [[0x30, 0x39]];
const upper: CharSet = [[0x41, 0x5a]];
const lower: CharSet = [[0x61, 0x7a]];
const alpha: CharSet = [...upper, ...lower];

/** What \w, \b and [[:word:]] take for letters of words. */
export const word: CharSet = [...digit, ...alpha, [0x5f, 0x5f]];

/** The classes of RE2 by the letter of their escape. */
export const escapes: ReadonlyMap<string, CharSet> = new Map([
  ['d', digit],
  ['s', [...one(0x09), ...one(0x0a), ...one(0x0c), ...one(0x0d), ...one(0x20)]],
  ['w', word],
]);

/** The POSIX classes of RE2 by name. */
export const posix: ReadonlyMap<string, CharSet> = new Map<string, CharSet>([
  ['alnum', [...digit, ...alpha]],
  ['alpha', alpha],
  ['ascii', [[0, 0x7f]]],
  ['blank', [...one(0x09), ...one(0x20)]],
  ['cntrl', [[0, 0x1f], ...one(0x7f)]],
  ['digit', digit],
  ['graph', [[0x21, 0x7e]]],
  ['lower', lower],
  ['print', [[0x20, 0x7e]]],
  ['punct', [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]]], // biome-ignore format: one class, one line
  ['space', [[0x09, 0x0d], ...one(0x20)]],
  ['upper', upper],
  ['word', word],
  ['xdigit', [...digit, [0x41, 0x46], [0x61, 0x66]]],
]);

export function one(code: number): CharSet {
  return [[code, code]];
}

/** Every code point that is not in `set`. */
export function negated(set: CharSet): CharSet {
  const out: CharRange[] = [];
  let next = 0;
  for (const [first, last] of [...set].sort((a, b) => a[0] - b[0])) {
    if (first > next) {
      out.push([next, first - 1]);
    }
    next = Math.max(next, last + 1);
  }
  if (next <= maxCodePoint) {
    out.push([next, maxCodePoint]);
  }
  return out;
}

export function hasCodePoint(set: CharSet, code: number): boolean {
  return set.some(([first, last]) => first <= code && code <= last);
}

/**
 * The set with the letters that differ only in case from its own; undefined
 * for cased characters beyond ASCII, about which the Unicode tables of two
 * runtimes need not agree. (ASCII has two such relatives, the Kelvin sign and
 * the long s, and those are settled for good.)
 */
export function folded(set: CharSet): CharSet | undefined {
  const out: CharRange[] = [...set];
  for (const [first, last] of set) {
    if (first <= 0x41 && last >= lastFolding) {
      continue; // it has both cases of everything
    }
    if (last > 0x7f && !(first === last && isCaseless(first)) && first <= lastFolding) {
      return undefined;
    }
    out.push(...shifted(first, last, 0x41, 0x20), ...shifted(first, last, 0x61, -0x20));
    if (meets(first, last, 0x4b) || meets(first, last, 0x6b)) {
      out.push([0x212a, 0x212a]);
    }
    if (meets(first, last, 0x53) || meets(first, last, 0x73)) {
      out.push([0x17f, 0x17f]);
    }
  }
  return out;
}

/** The last code point that has another case. */
const lastFolding = 0x1e943;

function isCaseless(code: number): boolean {
  const char = String.fromCodePoint(code);
  return char.toLowerCase() === char && char.toUpperCase() === char;
}

/** The part of a range among the 26 letters from `from` on, moved by `by`. */
function shifted(first: number, last: number, from: number, by: number): CharSet {
  const [low, high] = [Math.max(first, from), Math.min(last, from + 25)];
  return low > high ? [] : [[low + by, high + by]];
}

function meets(first: number, last: number, code: number): boolean {
  return first <= code && code <= last;
}
