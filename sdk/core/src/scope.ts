import { differingKeys } from './lineage.js';
import type { Clause, Flag, Ruleset, Segment } from './ruleset.js';

const none = Object.freeze({});

/** The flags and segments of a ruleset by key. Only own properties count: a key may be any string. */
export class Scope {
  readonly #flags: Readonly<Record<string, Flag>>;
  readonly #segments: Readonly<Record<string, Segment>>;

  constructor(ruleset: Ruleset) {
    this.#flags = ruleset.flags ?? none;
    this.#segments = ruleset.segments ?? none;
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

  /** The keys of flags that are not the same object in `other`, and perhaps some that are. */
  changedFlags(other: Scope): readonly string[] {
    return differingKeys(other.#flags, this.#flags);
  }

  /** Whether the segments of both are the same objects. */
  hasSegmentsOf(other: Scope): boolean {
    return differingKeys(other.#segments, this.#segments).every((key) => this.segment(key) === other.segment(key));
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
