import { parseNetwork } from './address.js';
import { type ClauseNode, never, type Relation } from './clause.js';
import { type AttributePath, type Scalar, TARGETING_KEY } from './context.js';
import { millisOf } from './date.js';
import type { Path } from './path.js';
import { Pattern } from './pattern.js';
import * as relation from './relation.js';
import type { Clause, Operator } from './ruleset.js';
import { abbreviated, isScalar, utf8Length } from './scalar.js';
import { parseVersion } from './semver.js';
import { limits, type Validator } from './validate.js';

/** What the compiler of a clause needs to know of the ruleset. */
export interface Names {
  attribute(name: string): AttributePath;
  hasSegment(key: string): boolean;
}

/** Reads the values of a clause into the relation that it tests; reports those that cannot be read. */
type Reader = (values: readonly unknown[], read: Operands) => Relation;

/**
 * Checks a clause and compiles it, except that the segments it names are left
 * for the caller to find.
 */
export function compileClause(clause: Clause, v: Validator, at: Path, names: Names): ClauseNode {
  const reader = Object.hasOwn(readers, clause.op) ? readers[clause.op] : undefined;
  if (reader === undefined) {
    const known = Object.keys(readers).join(', ');
    v.report(at.field('op'), `${abbreviated(clause.op)} is not an operator; use one of ${known}`);
  }
  const attribute = v.text(at.field('attribute'), clause.attribute);
  const values = v.list(at.field('values'), clause.values, limits.values);
  checkShape(clause, attribute, values.length, v, at);
  return {
    attribute: names.attribute(attribute || TARGETING_KEY),
    exists: clause.op === 'exists',
    negate: clause.negate === true,
    relation: reader?.(values, new Operands(v, at.field('values'), names)) ?? never,
    segments: undefined,
  };
}

function checkShape(clause: Clause, attribute: string, count: number, v: Validator, at: Path): void {
  const { op } = clause;
  if (op === 'inSegment' && attribute !== '') {
    v.report(at.field('attribute'), 'is set; inSegment takes no attribute, its lists name their own');
  } else if (op !== 'inSegment' && attribute === '') {
    v.report(at.field('attribute'), `is empty; name the attribute to test, "${TARGETING_KEY}" for the unit itself`);
  }
  if (op === 'exists' ? count > 0 : count === 0) {
    v.report(at.field('values'), `has ${count} values; ${op} ${op === 'exists' ? 'takes none' : 'needs at least one'}`);
  } else if (op === 'equals' && count > 1) {
    v.report(at.field('values'), `has ${count} values; equals takes exactly one, in takes several`);
  }
  if (clause.negate !== undefined && typeof clause.negate !== 'boolean') {
    v.report(at.field('negate'), `is ${abbreviated(clause.negate)}; it must be true or false`);
  }
}

const equality: Reader = (values, read) => relation.equality(values.flatMap((value, i) => read.scalar(value, i)));

const readers: Readonly<Record<Operator, Reader>> = {
  in: equality,
  equals: equality,
  contains: (values, read) => relation.text(read.texts(values), relation.texts.contains),
  startsWith: (values, read) => relation.text(read.texts(values), relation.texts.startsWith),
  endsWith: (values, read) => relation.text(read.texts(values), relation.texts.endsWith),
  matches: (values, read) => relation.pattern(values.flatMap((value, i) => read.pattern(value, i))),
  lt: (values, read) => relation.number(read.numbers(values), relation.numbers.lt),
  lte: (values, read) => relation.number(read.numbers(values), relation.numbers.lte),
  gt: (values, read) => relation.number(read.numbers(values), relation.numbers.gt),
  gte: (values, read) => relation.number(read.numbers(values), relation.numbers.gte),
  before: (values, read) => relation.moment(read.moments(values), relation.numbers.lt),
  after: (values, read) => relation.moment(read.moments(values), relation.numbers.gt),
  semverEq: (values, read) => relation.version(read.versions(values), 0),
  semverLt: (values, read) => relation.version(read.versions(values), -1),
  semverGt: (values, read) => relation.version(read.versions(values), 1),
  exists: () => never,
  inCidr: (values, read) => relation.network(read.networks(values)),
  emailDomain: (values, read) => relation.domain(read.domains(values)),
  inSegment: (values, read) => {
    read.segments(values);
    return never;
  },
};

/** Reads the values of one clause; what cannot be read is reported and left out. */
class Operands {
  readonly #v: Validator;
  readonly #at: Path;
  readonly #names: Names;

  constructor(v: Validator, at: Path, names: Names) {
    this.#v = v;
    this.#at = at;
    this.#names = names;
  }

  scalar(value: unknown, i: number): Scalar[] {
    if (!isScalar(value)) {
      return this.#refuse(value, i, 'a string, a number or a boolean');
    }
    return typeof value === 'string' ? this.#text(value, i) : [value];
  }

  texts(values: readonly unknown[]): string[] {
    return values
      .flatMap((value, i) => this.#text(value, i))
      .filter((text, i) => {
        if (text === '') {
          this.#v.report(this.#at.at(i), 'is empty and would match every string; use exists for that');
        }
        return text !== '';
      });
  }

  domains(values: readonly unknown[]): string[] {
    return values.flatMap((value, i) =>
      this.#text(value, i).flatMap((text) =>
        text === '' || text.includes('@') || utf8Length(text) > relation.maxDomain
          ? this.#refuse(value, i, 'a domain, the part after the @, such as example.com')
          : [text],
      ),
    );
  }

  pattern(value: unknown, i: number): Pattern[] {
    return this.#text(value, i).flatMap((text) => {
      if (utf8Length(text) > limits.pattern) {
        return this.#refuse(value, i, `a pattern of at most ${limits.pattern} bytes`);
      }
      try {
        return [new Pattern(text)];
      } catch (cause) {
        this.#v.report(this.#at.at(i), cause instanceof Error ? cause.message : String(cause));
        return [];
      }
    });
  }

  numbers(values: readonly unknown[]): number[] {
    return values.flatMap((value, i) =>
      typeof value === 'number' && Number.isFinite(value) ? [value] : this.#refuse(value, i, 'a number'),
    );
  }

  moments(values: readonly unknown[]): number[] {
    return values.flatMap((value, i) => {
      const millis = isScalar(value) ? millisOf(value) : Number.NaN;
      const wanted = 'an RFC 3339 time such as 2026-11-22T09:30:00Z, or Unix milliseconds';
      return Number.isNaN(millis) ? this.#refuse(value, i, wanted) : [millis];
    });
  }

  versions(values: readonly unknown[]) {
    return values.flatMap((value, i) => {
      const version = typeof value === 'string' ? parseVersion(value) : undefined;
      return version ?? this.#refuse(value, i, 'a semantic version such as 2.0.0 or 2.0.0-rc.1');
    });
  }

  networks(values: readonly unknown[]) {
    return values.flatMap((value, i) => {
      const network = typeof value === 'string' ? parseNetwork(value) : undefined;
      return network ?? this.#refuse(value, i, 'an address or a CIDR prefix such as 10.0.0.0/8 or 2001:db8::/32');
    });
  }

  segments(values: readonly unknown[]): void {
    values.forEach((value, i) => {
      if (typeof value !== 'string' || !this.#names.hasSegment(value)) {
        this.#refuse(value, i, 'a segment of this environment');
      }
    });
  }

  #text(value: unknown, i: number): string[] {
    if (typeof value !== 'string') {
      return this.#refuse(value, i, 'a string');
    }
    this.#v.text(this.#at.at(i), value);
    return [value];
  }

  #refuse(value: unknown, i: number, wanted: string): never[] {
    this.#v.report(this.#at.at(i), `is ${abbreviated(value)}; it must be ${wanted}`);
    return [];
  }
}
