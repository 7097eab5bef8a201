export { type AttributeValue, type EvaluationContext, TARGETING_KEY } from './context.js';
export { type ErrorCode, NO_BUCKET, type Reason, type Result } from './result.js';
export {
  type Clause,
  type Flag,
  type Include,
  type Operator,
  type Patch,
  type Prerequisite,
  type Rule,
  type Ruleset,
  type Segment,
  type SegmentList,
  type SegmentRule,
  type Serve,
  SPEC_VERSION,
  type Split,
  type Target,
  TOTAL_WEIGHT,
  type Variant,
  type Weight,
} from './ruleset.js';
export type { Json, ValueType } from './value.js';
