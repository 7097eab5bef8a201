import type { EvaluationContext as Subject } from '@flagledger/node';
import type { EvaluationContext } from '@openfeature/server-sdk';

/**
 * A context of OpenFeature as one of ours. Both are plain objects with the same
 * targeting key, and an evaluation reads dates and nested objects as they are;
 * lists of lists or objects, which only OpenFeature's type allows, match nothing.
 */
export function subjectOf(context: EvaluationContext): Subject {
  return context as Subject;
}
