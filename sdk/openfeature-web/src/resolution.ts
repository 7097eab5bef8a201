import type { Details, Json, Reason } from '@flagledger/core/browser';
import {
  ErrorCode,
  type EvaluationContext,
  type FlagMetadata,
  type JsonValue,
  type ResolutionDetails,
  type ResolutionReason,
  StandardResolutionReasons,
} from '@openfeature/web-sdk';

/** Where evaluations come from, as telemetry tells it. */
export interface Origin {
  flagSetId: string | undefined;
  /** The attribute that stands for a missing targeting key. */
  targetingKeyFrom: string;
}

const messages: Readonly<Record<ErrorCode, string>> = {
  [ErrorCode.FLAG_NOT_FOUND]: 'there is no such flag',
  [ErrorCode.PARSE_ERROR]: 'the flag is not valid',
  [ErrorCode.TARGETING_KEY_MISSING]: 'the context has no attribute that can be bucketed',
  [ErrorCode.INVALID_CONTEXT]: 'the context cannot be used',
  [ErrorCode.TYPE_MISMATCH]: 'the flag has a value of another type',
  [ErrorCode.PROVIDER_NOT_READY]: 'the server has not answered yet',
  [ErrorCode.PROVIDER_FATAL]: 'the server refuses the key',
  [ErrorCode.GENERAL]: 'the flag cannot be evaluated',
};

/** The answer while there is no client. */
export function notReady<T extends JsonValue>(defaultValue: T): ResolutionDetails<T> {
  return failed(defaultValue, ErrorCode.PROVIDER_NOT_READY, {});
}

/**
 * An evaluation as OpenFeature wants it. Types are those of OpenFeature: an
 * object and a list are both "object", as is null.
 */
export function resolutionOf<T extends JsonValue>(
  flag: string,
  details: Details<Json>,
  defaultValue: T,
  context: EvaluationContext,
  origin: Origin,
): ResolutionDetails<T> {
  const { value, errorCode, variant, reason } = details;
  const flagMetadata = metadataOf(details, context, origin);
  if (errorCode !== undefined) {
    return failed(defaultValue, ErrorCode[errorCode], flagMetadata);
  }
  if (typeof value !== typeof defaultValue) {
    const message = `flag ${flag} is of type ${typeof value}, not ${typeof defaultValue}`;
    return failed(defaultValue, ErrorCode.TYPE_MISMATCH, flagMetadata, message);
  }
  const served = { value: value as JsonValue as T, reason: standard(reason), flagMetadata };
  return variant === undefined ? served : { ...served, variant };
}

function failed<T extends JsonValue>(
  value: T,
  errorCode: ErrorCode,
  flagMetadata: FlagMetadata,
  errorMessage = messages[errorCode],
): ResolutionDetails<T> {
  return { value, reason: StandardResolutionReasons.ERROR, errorCode, errorMessage, flagMetadata };
}

/** A flag whose prerequisite fails is off for this context; OpenFeature has no word of its own for that. */
function standard(reason: Reason): ResolutionReason {
  return reason === 'PREREQUISITE_FAILED' ? StandardResolutionReasons.DISABLED : reason;
}

/** The names `version`, `contextId` and `flagSetId` are those that OpenFeature's telemetry looks for. */
function metadataOf(details: Details<Json>, context: EvaluationContext, origin: Origin): FlagMetadata {
  const { version, rule, reason, stale } = details;
  const contextId = context.targetingKey || context[origin.targetingKeyFrom];
  return {
    ...(version === '0' ? {} : { version }),
    ...(rule === undefined ? {} : { rule }),
    ...(reason === 'PREREQUISITE_FAILED' ? { prerequisiteFailed: true } : {}),
    ...(stale ? { stale } : {}),
    ...(origin.flagSetId === undefined ? {} : { flagSetId: origin.flagSetId }),
    ...(typeof contextId === 'string' || typeof contextId === 'number' ? { contextId } : {}),
  };
}
