import type { Schemas } from '../api/client';
import type { Flag, Placement } from '../api/queries';

const counts = new Intl.NumberFormat();

export const count = (n: number): string => counts.format(n);

/** percent writes a share of one: 4.9%, 0.27%, 100%. */
export function percent(share: number, digits = 2): string {
  const value = share * 100;
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? Math.min(1, digits) : digits;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: places })}%`;
}

export const signed = (share: number): string => `${share > 0 ? '+' : ''}${percent(share)}`;

/** figure writes a number with three digits that count. */
export function figure(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) >= 1000) return count(n);
  return n.toLocaleString(undefined, { maximumSignificantDigits: Math.abs(n) >= 1000 ? 6 : 3 });
}

export function actorName(a: Schemas['Actor'] | undefined): string {
  if (!a) return 'somebody';
  return a.name || (a.kind === 'workflow' ? 'rollout engine' : (a.id ?? a.kind ?? 'somebody'));
}

/** State is what a flag does in an environment, in a word and a number. */
export interface State {
  text: string;
  on: boolean;
  tone: 'off' | 'on' | 'wait' | 'bad';
  /** percent of the units that are served something else than off, when that is decided by the default alone. */
  percentage: number | null;
}

/** stateOf says what a flag does in one environment. */
export function stateOf(flag: Pick<Flag, 'variants' | 'archived'>, placed: Placement | undefined): State {
  const config = placed?.config;
  if (flag.archived) return { text: 'archived', on: false, tone: 'off', percentage: 0 };
  if (!config?.on)
    return {
      text: placed?.rollout?.status === 'rolledBack' ? 'rolled back' : 'off',
      on: false,
      tone: 'off',
      percentage: 0,
    };
  const { rollout, experiment } = placed ?? {};
  if (rollout?.status === 'running')
    return { text: `${rollout.percentage}%`, on: true, tone: 'wait', percentage: rollout.percentage };
  if (rollout?.status === 'paused')
    return { text: `${rollout.percentage}%, paused`, on: true, tone: 'wait', percentage: rollout.percentage };
  if (rollout?.status === 'rolledBack') return { text: 'rolled back', on: true, tone: 'bad', percentage: 0 };
  if (experiment?.status === 'running')
    return { text: `experiment ${weights(config.default)}`, on: true, tone: 'wait', percentage: null };
  const targeted = (config.rules?.length ?? 0) + (config.targets?.length ?? 0) > 0;
  const share = shareOf(config.default, config.offVariant);
  if (config.default?.split) return { text: weights(config.default), on: true, tone: 'on', percentage: share };
  if (share === 0) return { text: targeted ? 'for some' : '0%', on: true, tone: 'on', percentage: targeted ? null : 0 };
  return { text: targeted ? 'by rules' : '100%', on: true, tone: 'on', percentage: targeted ? null : 100 };
}

/** shareOf is the percentage of units that a serve gives something else than a variant. */
export function shareOf(serve: Schemas['Serve'] | undefined, off: string | undefined): number {
  if (!serve) return 0;
  if (!serve.split) return serve.variant === off ? 0 : 100;
  const all = serve.split.weights ?? [];
  const total = all.reduce((sum, w) => sum + (w.weight ?? 0), 0);
  const others = all.filter((w) => w.variant !== off).reduce((sum, w) => sum + (w.weight ?? 0), 0);
  return total === 0 ? 0 : (100 * others) / total;
}

/** weights writes a split: 5% on, or 50 / 50. */
export function weights(serve: Schemas['Serve'] | undefined): string {
  const all = serve?.split?.weights ?? [];
  const total = all.reduce((sum, w) => sum + (w.weight ?? 0), 0);
  if (total === 0) return serve?.variant ?? '';
  return all.map((w) => percent((w.weight ?? 0) / total, 3).replace('%', '')).join(' / ');
}

/** ordered gives the environments with production first. */
export function ordered<E extends { production?: boolean; key?: string }>(list: readonly E[] | null | undefined): E[] {
  return [...(list ?? [])].sort((a, b) => Number(b.production ?? false) - Number(a.production ?? false));
}

/** staleWords tells why a flag is stale. */
export function staleWords(flag: Pick<Flag, 'stale'>): string {
  const findings = flag.stale?.findings ?? [];
  return `It ${(findings.find((f) => !f.environment) ?? findings[0])?.message ?? 'decides nothing any more'}.`;
}
