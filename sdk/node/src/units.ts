import { type EvaluationContext, type Program, TARGETING_KEY } from '@flagledger/core';

/** How many units the server accepts for one event. */
const maxUnits = 10;

/**
 * The unit that a split by the attribute `by` draws from the context; `keyFrom`
 * stands for a missing targeting key. It gives what Program.unit does, sooner:
 * contexts are flat and units are text nearly always.
 */
export function unitOf(program: Program, context: EvaluationContext, by: string, keyFrom: string): string | undefined {
  return (
    textOf(context, by) ?? (by === TARGETING_KEY ? textOf(context, keyFrom) : undefined) ?? program.unit(context, by)
  );
}

function textOf(context: EvaluationContext, name: string): string | undefined {
  const value = context[name];
  return typeof value === 'string' && value !== '' && Object.hasOwn(context, name) ? value : undefined;
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
