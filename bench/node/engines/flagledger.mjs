import { compile } from '../../../sdk/core/dist/esm/index.js';

const boolean = [
  { name: 'on', value: true },
  { name: 'off', value: false },
];
const nameOf = (value) => (typeof value === 'string' ? value : value ? 'on' : 'off');

function wire(flag) {
  const variants = flag.split?.parts.every((p) => typeof p.value === 'string')
    ? flag.split.parts.map((p) => ({ name: p.value, value: p.value }))
    : boolean;
  const split = flag.split && {
    by: flag.split.by,
    weights: flag.split.parts.map((p) => ({ variant: nameOf(p.value), weight: p.percent * 1000 })),
  };
  return {
    version: '1',
    type: variants === boolean ? 'boolean' : 'string',
    salt: flag.key,
    variants,
    on: flag.on,
    offVariant: variants.at(-1).name,
    rules: flag.rules.map((conditions, i) => ({
      id: `rule-${i}`,
      clauses: conditions.map((c) => ({ attribute: c.attribute, op: 'in', values: c.values })),
      serve: { variant: 'on' },
    })),
    default: split ? { split } : { variant: variants.at(-1).name },
  };
}

export function rulesetOf(flags) {
  return {
    specVersion: 1,
    project: 'bench',
    environment: 'bench',
    revision: '1',
    flags: Object.fromEntries(flags.map((flag) => [flag.key, wire(flag)])),
  };
}

/** The evaluator alone, as the engines of others are measured. */
export function create(flags) {
  const program = compile(rulesetOf(flags));
  return {
    context: (user) => ({ targetingKey: user.userId, ...user }),
    evaluate: (flag, context) => program.evaluate(flag.key, context).value,
    all(context) {
      let n = 0;
      for (const [, result] of program.all(context)) {
        n += result.error === '' ? 1 : 0;
      }
      return n;
    },
  };
}
