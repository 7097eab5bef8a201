import type { Flag } from '../../api/queries';
import type { FlagFilter } from '../../app/router';
import { stateOf } from '../../parts/words';

/** Row is a flag with what the list filters and sorts it by. */
export interface Row {
  flag: Flag;
  text: string;
}

/** rowsOf prepares flags for a search as one types. */
export function rowsOf(flags: readonly Flag[]): Row[] {
  return flags.map((flag) => ({
    flag,
    text: [flag.key, flag.details.name, flag.details.description, flag.details.owner, ...(flag.details.tags ?? [])]
      .join(' ')
      .toLowerCase(),
  }));
}

/** select gives the rows that a filter lets through, sorted. */
export function select(rows: readonly Row[], f: FlagFilter, environment: string): Flag[] {
  const words = (f.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found: Flag[] = [];
  for (const { flag, text } of rows) {
    if (!words.every((word) => text.includes(word))) continue;
    if (f.type && flag.type !== f.type) continue;
    if (f.owner && flag.details.owner !== f.owner) continue;
    if (f.tag && !flag.details.tags?.includes(f.tag)) continue;
    if (!inState(flag, f.state, environment)) continue;
    found.push(flag);
  }
  if (f.sort === 'changed') found.sort((a, b) => Date.parse(b.changedAt) - Date.parse(a.changedAt));
  return found;
}

function inState(flag: Flag, state: string | undefined, environment: string): boolean {
  if (state === 'archived') return flag.archived;
  if (flag.archived) return false;
  if (!state) return true;
  const placed = flag.environments[environment];
  if (state === 'stale') return flag.stale !== undefined;
  if (state === 'rollout') return placed?.rollout?.status === 'running' || placed?.rollout?.status === 'paused';
  if (state === 'experiment') return placed?.experiment?.status === 'running';
  return stateOf(flag, placed).on === (state === 'on');
}
