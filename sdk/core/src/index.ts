export { bucket } from './bucket.js';
export { type CompileOptions, compile } from './compile.js';
export { type AttributeValue, type EvaluationContext, TARGETING_KEY } from './context.js';
export { murmur3 } from './murmur3.js';
export { applyPatch, PatchForeignError, PatchGapError } from './patch.js';
export type { Program } from './program.js';
export { type ErrorCode, NO_BUCKET, type Reason, type Result } from './result.js';
export { compareRevisions } from './revision.js';
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
export { SpecVersionError } from './spec.js';
export { type Problem, ValidationError } from './validate.js';
export type { Json, ValueType } from './value.js';
