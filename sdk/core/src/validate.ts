import type { GraphNode } from './graph.js';
import type { Path } from './path.js';
import { abbreviated, utf8Length } from './scalar.js';

/**
 * The limits of a ruleset; texts are measured in bytes of UTF-8. They keep a
 * mistake in one flag from making every evaluation slow, and every language
 * able to hold the same ruleset.
 */
export const limits = {
  key: 100, // of a flag or segment, name of a variant
  variants: 100, // per flag
  targets: 1000, // per flag
  rules: 1000, // per flag or segment
  clauses: 100, // per rule
  values: 50_000, // per clause, target or segment list
  lists: 100, // included or excluded lists per segment
  string: 8 << 10,
  value: 64 << 10, // JSON of a variant
  pattern: 1 << 10, // regular expression
  depth: 20, // chain of prerequisites or of segments
  references: 1000, // prerequisites or segments a full walk visits
} as const;

/** One thing that is wrong with a flag or segment. */
export interface Problem {
  /** Where, from the flag or segment: `rules[1].serve.split.weights`. */
  readonly path: string;
  /** What was found and what would be right. */
  readonly message: string;
}

/** Why a flag cannot be served: every problem found, in the order of the document. */
export class ValidationError extends Error {
  override readonly name = 'ValidationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const most = 20;
    const lines = problems.slice(0, most).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    const more = problems.length > most ? `; and ${problems.length - most} more` : '';
    super(`${problems.length > 1 ? `${problems.length} problems: ` : ''}${lines.join('; ')}${more}`);
    this.problems = problems;
  }
}

/** Collects the problems of one flag or segment. */
export class Validator {
  #problems: Problem[] = [];

  report(at: Path, message: string): void {
    this.#problems.push({ path: at.toString(), message });
  }

  /** The problems found; undefined if there are none. */
  error(): ValidationError | undefined {
    return this.#problems.length === 0 ? undefined : new ValidationError(this.#problems);
  }

  /** The elements of a list of at most `limit`, which may be left out. */
  list<T>(at: Path, value: readonly T[] | null | undefined, limit: number): readonly T[] {
    if (value === undefined || value === null) {
      return [];
    }
    if (!Array.isArray(value)) {
      this.report(at, `is ${abbreviated(value)}; it must be a list`);
      return [];
    }
    if (value.length > limit) {
      this.report(at, `has ${value.length} entries; the limit is ${limit}`);
      return [];
    }
    return value;
  }

  /** A string that is not too long and may be left out; "" if it is anything else. */
  text(at: Path, value: unknown): string {
    if (value === undefined || value === null) {
      return '';
    }
    if (typeof value !== 'string') {
      this.report(at, `is ${abbreviated(value)}; it must be a string`);
      return '';
    }
    // No character has more than three bytes for each of its units.
    if (value.length * 3 > limits.string && utf8Length(value) > limits.string) {
      this.report(at, `has ${utf8Length(value)} bytes; the limit is ${limits.string}`);
    }
    return value;
  }

  /** The characters that keys of flags and segments and names of variants are made of. */
  key(at: Path, key: unknown): void {
    if (typeof key !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) {
      const allowed = "letters, digits, '-', '_' and '.', starting with a letter or digit";
      this.report(at, `${abbreviated(key)} is not a key; use ${allowed}`);
    } else if (key.length > limits.key) {
      this.report(at, `has ${key.length} bytes; the limit is ${limits.key}`);
    }
  }

  /** The units of a list. */
  units(at: Path, values: readonly string[]): readonly string[] {
    const list = this.list(at, values, limits.values);
    for (let i = 0; i < list.length; i++) {
      const unit = list[i];
      if (unit === '' || typeof unit !== 'string') {
        this.report(at.at(i), `is ${abbreviated(unit)}; a unit is a string that is not empty`);
      } else if (unit.length * 3 > limits.string) {
        this.text(at.at(i), unit);
      }
    }
    return list;
  }
}

/** Reports a cycle, or chains of references that are too long or too many. */
export function checkReferences(v: Validator, at: Path, node: GraphNode, what: string): void {
  if (node.cyclic) {
    v.report(at, `is part of a cycle of ${what}s; remove one of these references`);
  } else if (node.depth > limits.depth) {
    v.report(at, `starts a ${what} chain of ${node.depth}; the limit is ${limits.depth}`);
  } else if (node.cost > limits.references) {
    v.report(at, `${what}s lead to ${node.cost} evaluations or more; the limit is ${limits.references}`);
  }
}
