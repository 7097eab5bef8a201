/** The attribute that stands for the targeting key of a context. */
export const TARGETING_KEY = 'targetingKey';

/**
 * What an attribute may be. A nested object becomes attributes with dotted
 * names ("company.plan"); a Date is the string it has in JSON; null, undefined,
 * numbers that are not finite and whatever else JSON cannot hold are missing
 * attributes. Of a list, elements that are no string, finite number or boolean
 * match nothing.
 */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Date
  | readonly (string | number | boolean)[]
  | { readonly [attribute: string]: AttributeValue };

/**
 * Who or what a flag is evaluated for: a targeting key and attributes, in a
 * plain object. Only its own properties count, never those of its prototype.
 * It is read while evaluating and neither kept nor changed.
 */
export interface EvaluationContext {
  /** The unit that flags are evaluated for by default; an empty one is none. */
  readonly targetingKey?: string | undefined;
  readonly [attribute: string]: AttributeValue;
}

/** The value of an attribute as it is compared: a string, a finite number, a boolean, or a list. */
export type Attribute = Scalar | readonly unknown[];

/** One value that a clause compares. */
export type Scalar = string | number | boolean;

/**
 * Where an attribute is found: under its name, or along the dots of it. A
 * compiler makes one for each name, so that paths are compared by identity.
 */
export class AttributePath {
  readonly name: string;
  /** The ways to part a dotted name into that of an object and a path inside it. */
  readonly #parts: readonly DottedPart[];

  constructor(name: string) {
    this.name = name;
    const parts: DottedPart[] = [];
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      parts.push({ outer: name.slice(0, dot), inner: undefined });
    }
    this.#parts = parts;
  }

  /** The attribute in `values`; undefined if it is missing. A property with dots in its name counts before nested ones. */
  in(values: object): Attribute | undefined {
    const found = attributeOf(values, this.name);
    return found === undefined && this.#parts.length > 0 ? this.#nested(values) : found;
  }

  #nested(values: object): Attribute | undefined {
    for (const part of this.#parts) {
      const object = Object.hasOwn(values, part.outer) ? property(values, part.outer) : undefined;
      if (typeof object !== 'object' || object === null || Array.isArray(object) || object instanceof Date) {
        continue;
      }
      part.inner ??= new AttributePath(this.name.slice(part.outer.length + 1));
      const found = part.inner.in(object);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
}

interface DottedPart {
  readonly outer: string;
  /** Made when an object is found under `outer`. */
  inner: AttributePath | undefined;
}

/**
 * What a property of `values` is as an attribute. That it is an own one is
 * asked last, because most attributes that clauses ask for are simply missing.
 */
function attributeOf(values: object, name: string): Attribute | undefined {
  const value = property(values, name);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return Object.hasOwn(values, name) ? value : undefined;
    case 'number':
      return Number.isFinite(value) && Object.hasOwn(values, name) ? value : undefined;
    case 'object':
      return value !== null && Object.hasOwn(values, name) ? listOrDate(value) : undefined;
    default:
      return undefined;
  }
}

function property(values: object, name: string): unknown {
  return (values as Readonly<Record<string, unknown>>)[name];
}

function listOrDate(value: object): Attribute | undefined {
  if (Array.isArray(value)) {
    return value;
  }
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}
