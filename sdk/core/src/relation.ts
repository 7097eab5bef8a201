import { type Address, contains, type Network, parseAddress } from './address.js';
import type { Relation } from './clause.js';
import type { Scalar } from './context.js';
import { millisOf } from './date.js';
import type { Pattern } from './pattern.js';
import { compareVersions, parseVersion, type Version } from './semver.js';
import { StringSet } from './unit.js';

/** Same type and equal. */
export function equality(values: readonly Scalar[]): Relation {
  if (values.length === 1) {
    const [only] = values;
    return (value) => value === only;
  }
  const texts = new StringSet(values.filter((value) => typeof value === 'string'));
  const rest: ReadonlySet<Scalar> = new Set(values.filter((value) => typeof value !== 'string'));
  // A Set takes -0 and 0 for one, as equality of numbers does.
  return (value) => (typeof value === 'string' ? texts.has(value) : rest.has(value));
}

/** A relation between strings that holds for any of `values`. */
export function text(values: readonly string[], holds: (text: string, value: string) => boolean): Relation {
  const [only] = values;
  if (only !== undefined && values.length === 1) {
    return (found) => typeof found === 'string' && holds(found, only);
  }
  return (found) => typeof found === 'string' && values.some((value) => holds(found, value));
}

/** The relations between strings. */
export const texts = {
  contains: (text: string, value: string) => text.includes(value),
  startsWith: (text: string, value: string) => text.startsWith(value),
  endsWith: (text: string, value: string) => text.endsWith(value),
};

export function pattern(values: readonly Pattern[]): Relation {
  return (value) => typeof value === 'string' && values.some((one) => one.test(value));
}

/** The relations between numbers. NaN stands in none of them. */
export const numbers = {
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
};

export function number(values: readonly number[], holds: (a: number, b: number) => boolean): Relation {
  return (found) => typeof found === 'number' && values.some((value) => holds(found, value));
}

export function moment(values: readonly number[], holds: (a: number, b: number) => boolean): Relation {
  return (found) => {
    const millis = millisOf(found);
    return values.some((value) => holds(millis, value));
  };
}

/** `sign` is what the comparison of the attribute with the value gives. */
export function version(values: readonly Version[], sign: number): Relation {
  return (found) => {
    const parsed = typeof found === 'string' ? parseVersion(found) : undefined;
    return parsed !== undefined && values.some((value) => compareVersions(parsed, value) === sign);
  };
}

export function network(values: readonly Network[]): Relation {
  return (found) => {
    const address: Address | undefined = typeof found === 'string' ? parseAddress(found) : undefined;
    return address !== undefined && values.some((value) => contains(value, address));
  };
}

/** The most bytes that the name of a domain has. */
export const maxDomain = 253;

/** The part after the last @, without ASCII case. */
export function domain(values: readonly string[]): Relation {
  const domains = new StringSet(values.map(lowerAscii));
  return (found) => {
    const at = typeof found === 'string' ? found.lastIndexOf('@') : -1;
    if (typeof found !== 'string' || at < 0 || found.length - at - 1 > maxDomain) {
      return false;
    }
    return domains.has(lowerAscii(found.slice(at + 1)));
  };
}

/** Nearly every domain is in lower case already, and then this costs one search. */
function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}
