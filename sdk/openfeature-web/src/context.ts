import type { EvaluationContext as Subject } from '@flagledger/core/browser';
import type { EvaluationContext } from '@openfeature/web-sdk';

/**
 * A context of OpenFeature as one of ours. Both are plain objects with the same
 * targeting key, and both are sent as JSON, in which a date is a string.
 */
export function subjectOf(context: EvaluationContext): Subject {
  return context as Subject;
}
