import type { Attribute } from './context.js';
import { isScalar } from './scalar.js';

/**
 * The text that a value is bucketed and listed by: a non-empty string as it is,
 * an integer of at most 2^53-1 either way in decimal. Anything else is not a
 * unit: undefined. (-0 is 0.)
 */
export function unitOf(value: Attribute | undefined): string | undefined {
  if (typeof value === 'string') {
    return value === '' ? undefined : value;
  }
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Up to how many strings are compared one by one, which is faster than hashing for so few. */
const linearStrings = 8;

/** A set of strings: a short list, or a Set when there are many, so that 10,000 values cost as much as 10. */
export class StringSet {
  readonly #list: readonly string[];
  readonly #many: ReadonlySet<string> | undefined;

  constructor(values: readonly string[]) {
    const many = values.length > linearStrings;
    this.#list = many ? [] : [...values];
    this.#many = many ? new Set(values) : undefined;
  }

  has(text: string): boolean {
    if (this.#many !== undefined) {
      return this.#many.has(text);
    }
    const list = this.#list;
    for (let i = 0; i < list.length; i++) {
      if (list[i] === text) {
        return true;
      }
    }
    return false;
  }
}

/** Reports whether the unit that `value` holds is among `units`; of a list, whether any element is. */
export function isListed(units: StringSet, value: Attribute | undefined): boolean {
  if (typeof value === 'string') {
    return units.has(value);
  }
  if (typeof value === 'object') {
    return value.some((item) => isScalar(item) && isListed(units, item));
  }
  const unit = unitOf(value);
  return unit !== undefined && units.has(unit);
}
