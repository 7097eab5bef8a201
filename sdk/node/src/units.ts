import { type EvaluationContext, type Program, TARGETING_KEY } from '@flagledger/core';

/** How many units the server accepts for one event. */
const maxUnits = 10;

/**
 * The unit that a split by the attribute `by` draws from the context; `keyFrom`
 * stands for a missing targeting key. It gives what Program.unit does, sooner:
 * contexts are flat and units are text nearly always.
 */
export function unitOf(program: Program, context: EvaluationContext, by: string, keyFrom: string): string | undefined {
  // Each name is looked up in a place of its own, because engines remember per place where a property was.
  if (by === TARGETING_KEY) {
    const key = context.targetingKey;
    if (typeof key === 'string' && key !== '') {
      return Object.hasOwn(context, TARGETING_KEY) ? key : program.unit(context, by);
    }
    const other = context[keyFrom];
    return typeof other === 'string' && other !== '' && Object.hasOwn(context, keyFrom)
      ? other
      : program.unit(context, by);
  }
  const unit = context[by];
  return typeof unit === 'string' && unit !== '' && Object.hasOwn(context, by) ? unit : program.unit(context, by);
}

/**
 * The units of some contexts, by attribute: the targeting key, and whatever the
 * splits of the program bucket by. Where contexts disagree, the first one counts.
 */
export function unitsOf(
  program: Program,
  contexts: readonly EvaluationContext[],
  keyFrom: string,
): Record<string, string> {
  const units: [string, string][] = [];
  for (const by of program.units) {
    for (const context of contexts) {
      const unit = unitOf(program, context, by, keyFrom);
      if (unit !== undefined && units.length < maxUnits) {
        units.push([by, unit]);
        break;
      }
    }
  }
  return Object.fromEntries(units);
}
