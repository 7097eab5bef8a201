import type { Schemas } from '../../api/client';
import { duration, span } from '../../parts/when';
import { figure } from '../../parts/words';

/** planText tells a plan in sentences. */
export function planText(plan: Schemas['Plan']): string[] {
  const stages = (plan.stages ?? []).map((s) => {
    const soak = duration(s.minSoak);
    return `${s.segment ? `${s.percentage}% of ${s.segment}` : `${s.percentage}%`}${soak ? ` for at least ${span(soak)}` : ''}`;
  });
  const said = [`Stages: ${stages.join(' → ')}.`];
  for (const g of plan.gates ?? []) said.push(`Gate: ${gateText(g)}.`);
  const onFail = {
    rollback: 'rolls back to 0%',
    stepback: 'goes back one stage',
    stepBack: 'goes back one stage',
    pause: 'pauses',
  }[plan.onFail ?? 'rollback'];
  said.push(
    `A gate that fails ${onFail ?? plan.onFail}. It looks every ${plan.interval ? span(duration(plan.interval)) : 'minute'}.`,
  );
  if (plan.calendar) said.push('Stages advance only when the calendar allows it.');
  if (plan.exclusive) said.push('No other rollout may run in the environment at the same time.');
  return said;
}

/** gateText tells a gate. */
export function gateText(g: Schemas['Gate']): string {
  const name = g.metric ?? g.check?.name ?? g.check?.source ?? 'check';
  const limits: string[] = [];
  if (g.maxRatio) limits.push(`at most ${figure(g.maxRatio)} times the control`);
  if (g.minRatio) limits.push(`at least ${figure(g.minRatio)} times the control`);
  if (g.maxDifference !== undefined) limits.push(`at most ${figure(g.maxDifference)} above the control`);
  if (g.minDifference !== undefined)
    limits.push(`not more than ${figure(Math.abs(g.minDifference))} below the control`);
  if (g.max !== undefined) limits.push(`at most ${figure(g.max)}`);
  if (g.min !== undefined) limits.push(`at least ${figure(g.min)}`);
  if (g.goal) limits.push('a goal: passes when an improvement is shown');
  return `${name} ${limits.join(', ') || 'as its source says'}${g.dryRun ? ' (dry run)' : ''}`;
}
