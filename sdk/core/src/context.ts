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
