import type { EvaluationContext } from '@flagledger/core';
import type { Bootstrap, OfrepFlag } from '@flagledger/core/browser';
import type { State } from './state.js';

/**
 * All flags evaluated for one context, in the form in which the server answers
 * a browser. `by` and `unit` are there exactly when the page has an exposure to
 * report.
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
    const unit = by === undefined ? undefined : program.unit(context, by);
    const bucketed = by === undefined || unit === undefined ? {} : { by, unit };
    const metadata = { version, ...(rule === '' ? {} : { rule }), ...bucketed };
    flags.push({ key, value, variant, reason, metadata });
  }
  return { context, flags, revision: program.revision };
}
