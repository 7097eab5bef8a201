import type { Schemas } from '../../api/client';
import { figure } from '../../parts/words';

type Gate = Schemas['GateEvidence'];

export interface Limit {
  /** what is bounded: ratio, difference or value. */
  what: string;
  text: string;
  short: string;
  y: number | null;
  log: boolean;
  format: (y: number) => string;
}

const kinds: Record<string, { what: string; words: string }> = {
  maxRatio: { what: 'ratio', words: 'at most' },
  minRatio: { what: 'ratio', words: 'at least' },
  maxDifference: { what: 'difference', words: 'at most' },
  minDifference: { what: 'difference', words: 'at least' },
  max: { what: 'value', words: 'at most' },
  min: { what: 'value', words: 'at least' },
  goal: { what: 'lift', words: 'better than' },
};

const times = (y: number) => `${figure(y)}×`;

/** limitOf says what a gate bounds, and by how much. */
export function limitOf(g: Gate): Limit {
  const limit = g.effect?.limit;
  if (!limit) {
    const what = g.above ? 'ratio of slow units' : 'ratio of failing units';
    const text = g.above
      ? `Its quantile may be ${figure(g.maxRatio)} times the control's: ${figure(g.above)}`
      : `It may be ${figure(g.maxRatio)} times the control's`;
    return {
      what,
      text,
      short: `limit ${times(g.tau || g.maxRatio)}`,
      y: g.tau || g.maxRatio,
      log: true,
      format: times,
    };
  }
  const kind = kinds[limit.kind ?? ''] ?? { what: limit.kind ?? '', words: '' };
  const ratio = kind.what === 'ratio';
  const format = ratio ? times : figure;
  const value = limit.value ?? 0;
  return {
    what: kind.what,
    text: `The ${kind.what} must be ${kind.words} ${format(value)}`,
    short: `${kind.words} ${format(value)}`,
    y: value,
    log: ratio,
    format,
  };
}

/** bounds are the estimate and the always-valid interval of a gate at one look. */
export function bounds(g: Gate): { y: number | null; low: number | null; high: number | null } {
  if (!g.effect) {
    const known = g.ratio > 0 || g.ratioHigh > 0;
    return {
      y: g.ratio > 0 ? g.ratio : null,
      low: known ? g.ratioLow : null,
      high: g.ratioHigh > 0 ? g.ratioHigh : null,
    };
  }
  const look = g.effect.rollout;
  return { y: look?.estimate ?? null, low: look?.low ?? null, high: look?.high ?? null };
}

/** arms are what both arms have shown so far. */
export function arms(g: Gate): { what: string; share: boolean; treatment: number | null; control: number | null } {
  if (g.effect) {
    const look = g.effect.rollout;
    return {
      what: 'mean',
      share: false,
      treatment: look?.treatment?.mean ?? null,
      control: look?.control?.units ? (look.control.mean ?? null) : null,
    };
  }
  const rate = (a: Schemas['ArmEvidence']) => (a.events ? (a.bad ?? 0) / a.events : null);
  const what = g.above ? `share slower than ${figure(g.above)}` : 'error rate';
  return { what, share: true, treatment: rate(g.treatment), control: rate(g.control) };
}
