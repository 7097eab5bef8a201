import type { EvaluationContext, Json } from '@flagledger/core';
import type { State } from './state.js';

/** A flag as the server answers it to a browser. */
export type OfrepFlag =
  | {
      readonly key: string;
      readonly value: Json;
      readonly reason: string;
      readonly variant: string;
      readonly metadata: { readonly version: string; readonly rule?: string; readonly by?: string };
    }
  | { readonly key: string; readonly errorCode: string; readonly errorDetails: string };

/** Flags that a page begins with. */
export interface Bootstrap {
  readonly context: EvaluationContext;
  readonly flags: OfrepFlag[];
  readonly revision: string;
}

/**
 * All flags evaluated for one context, in the form in which the server answers
 * a browser. `by` is there exactly when the page has an exposure to report.
 */
export function bootstrapOf({ program }: State, context: EvaluationContext): Bootstrap {
  const flags: OfrepFlag[] = [];
  for (const [key, result] of program.all(context)) {
    const { value, variant, reason, rule, version, error } = result;
    if (error !== '' || value === undefined) {
      flags.push({ key, errorCode: error || 'GENERAL', errorDetails: `flag ${key} has no value` });
      continue;
    }
    const by = result.bucket >= 0 && !result.outside ? program.splits(key).get(rule) : undefined;
    const metadata = { version, ...(rule === '' ? {} : { rule }), ...(by === undefined ? {} : { by }) };
    flags.push({ key, value, variant, reason, metadata });
  }
  return { context, flags, revision: program.revision };
}
