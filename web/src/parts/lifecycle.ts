import type { Flag } from '../api/queries';
import { stateOf } from './words';

/** The time without a change after which a flag that decides nothing is stale. */
export const staleAfter = 14 * 86_400_000;

export interface Lifecycle {
  stage: 'draft' | 'rolling out' | 'live' | 'stale' | 'archived';
  why: string;
}

/** lifecycle says where a flag stands in one environment, from its configuration and its planned end. */
export function lifecycle(flag: Flag, environment: string, now: number): Lifecycle {
  if (flag.archived) return { stage: 'archived', why: 'It is in no ruleset any more.' };
  const placed = flag.environments[environment];
  const state = stateOf(flag, placed);
  const status = placed?.rollout?.status;
  const { permanent, removeBy } = flag.details;
  if (!permanent && removeBy && Date.parse(removeBy) < now) {
    return { stage: 'stale', why: 'Its planned removal date is over.' };
  }
  if (status === 'running' || status === 'paused' || placed?.experiment?.status === 'running') {
    return { stage: 'rolling out', why: 'A rollout or an experiment is under way.' };
  }
  const still = now - Date.parse(flag.changedAt) > staleAfter;
  if (!permanent && still && state.percentage === 100) {
    return { stage: 'stale', why: 'It is on for everybody, and has not changed for 14 days: remove it from the code.' };
  }
  if (!permanent && still && state.percentage === 0) {
    return { stage: 'stale', why: 'It is off for everybody, and has not changed for 14 days.' };
  }
  if (!state.on) return { stage: 'draft', why: 'It is off here.' };
  return { stage: 'live', why: 'It decides something.' };
}
