import { FlagdCore } from '@openfeature/flagd-core';
import { isText } from '../flags.mjs';

function targeting(flag) {
  if (flag.split) {
    const parts = flag.split.parts.map((p) => [String(p.value), p.percent]);
    return { fractional: [{ cat: [flag.key, ':', { var: flag.split.by }] }, ...parts] };
  }
  const branches = flag.rules.flatMap((conditions) => [
    { and: conditions.map((c) => ({ in: [{ var: c.attribute }, c.values] })) },
    'true',
  ]);
  return branches.length > 0 ? { if: [...branches, 'false'] } : {};
}

function wire(flag) {
  const values = flag.split ? flag.split.parts.map((p) => p.value) : [true, false];
  return {
    state: flag.on ? 'ENABLED' : 'DISABLED',
    variants: Object.fromEntries(values.map((value) => [String(value), value])),
    defaultVariant: String(values.at(-1)),
    targeting: targeting(flag),
  };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** The in-process evaluator, which compiles its rules. */
export function create(flags) {
  const core = new FlagdCore(undefined, silent);
  core.setConfigurations(JSON.stringify({ flags: Object.fromEntries(flags.map((flag) => [flag.key, wire(flag)])) }));
  return {
    context: (user) => ({ targetingKey: user.userId, ...user }),
    evaluate: (flag, context) =>
      isText(flag)
        ? core.resolveStringEvaluation(flag.key, '', context, silent).value
        : core.resolveBooleanEvaluation(flag.key, false, context, silent).value,
    all: (context) => core.resolveAll(context, silent).length,
  };
}
