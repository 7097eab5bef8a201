import type { Clause, Flag, Ruleset, Segment } from './ruleset.js';

/** The flags and segments of a ruleset by key. Only own properties count: a key may be any string. */
export class Scope {
  readonly #flags: Readonly<Record<string, Flag>>;
  readonly #segments: Readonly<Record<string, Segment>>;

  constructor(ruleset: Ruleset) {
    this.#flags = ruleset.flags ?? {};
    this.#segments = ruleset.segments ?? {};
  }

  keys(): string[] {
    return Object.keys(this.#flags);
  }

  flag(key: string): Flag | undefined {
    return Object.hasOwn(this.#flags, key) ? this.#flags[key] : undefined;
  }

  segment(key: string): Segment | undefined {
    return Object.hasOwn(this.#segments, key) ? this.#segments[key] : undefined;
  }

  /** Whether the segments of both are the same objects. */
  sameSegments(other: Scope): boolean {
    if (this.#segments === other.#segments) {
      return true;
    }
    const keys = Object.keys(this.#segments);
    return (
      keys.length === Object.keys(other.#segments).length &&
      keys.every((key) => this.segment(key) === other.segment(key))
    );
  }
}

/** The keys of the flags that a flag needs. It harms nobody if the flag is malformed. */
export function prerequisitesOf(flag: Flag | undefined): readonly string[] {
  return entries(flag?.prerequisites).flatMap((prerequisite) => texts([prerequisite?.flag]));
}

/** The keys of the segments that the rules of a segment or flag refer to. */
export function segmentsOf(from: Pick<Segment, 'rules'> | undefined): readonly string[] {
  return entries(from?.rules).flatMap((rule) => entries(rule?.clauses).flatMap(segmentsOfClause));
}

/** The keys of the segments that a clause refers to. */
export function segmentsOfClause(clause: Clause | undefined): readonly string[] {
  return clause?.op === 'inSegment' ? texts(entries(clause.values)) : [];
}

function entries<T>(list: readonly T[] | null | undefined): readonly (T | undefined)[] {
  return Array.isArray(list) ? list : [];
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
