import {
  compile,
  type EvaluationContext,
  type Program,
  type Result,
  type Ruleset,
  SPEC_VERSION,
} from '@flagledger/core';
import type { Source } from './status.js';

/** Everything an evaluation reads. It is replaced as a whole. */
export interface State {
  /** One without a flag while `source` is "none". */
  readonly program: Program;
  readonly source: Source;
  /** The ruleset may not be the newest. */
  readonly stale: boolean;
}

/** Before the first ruleset. */
export function noState(targetingKeyFrom: string): State {
  const ruleset = { specVersion: SPEC_VERSION, project: '', environment: '', revision: '0', flags: {} };
  return { program: compile(ruleset, { targetingKeyFrom }), source: 'none', stale: true };
}

/**
 * Compiles a ruleset; what it shares with that of `previous` is not compiled
 * again. Throws what `compile` throws.
 */
export function stateOf(ruleset: Ruleset, source: Source, targetingKeyFrom: string, previous?: Program): State {
  return { program: compile(ruleset, { targetingKeyFrom, previous }), source, stale: source !== 'server' };
}

const notReady: Result = Object.freeze({
  value: undefined,
  variant: '',
  reason: 'ERROR',
  rule: '',
  bucket: -1,
  outside: false,
  error: 'PROVIDER_NOT_READY',
  revision: '0',
  version: '0',
});

/** Answers PROVIDER_NOT_READY while there is no ruleset. */
export function evaluate(state: State, flag: string, context: EvaluationContext): Result {
  return state.source === 'none' ? notReady : state.program.evaluate(flag, context);
}
