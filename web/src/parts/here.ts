import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { projects, whoami } from '../api/queries';
import { ordered } from './words';

/** useHere is the project and environment that the address names. */
export function useHere() {
  const { project = '', flag = '' } = useParams({ strict: false });
  const { env } = useSearch({ strict: false }) as { env?: string };
  const all = useQuery(projects());
  const known = all.data?.find((p) => p.key === project);
  const environments = ordered(known?.environments);
  const environment = environments.find((e) => e.key === env)?.key ?? environments[0]?.key ?? '';
  const reasonRequired = environments.find((e) => e.key === environment)?.reasonRequired ?? false;
  // What concerns a flag everywhere needs one if any environment requires it.
  const anyReasonRequired = environments.some((e) => e.reasonRequired);
  return {
    project,
    flag,
    environment,
    environments,
    reasonRequired,
    anyReasonRequired,
    known,
    missing: all.isSuccess && !known,
  };
}

const ranks = ['viewer', 'editor', 'admin'];

/** useMay tells whether the reader's token has a role. */
export function useMay(role: 'viewer' | 'editor' | 'admin'): boolean {
  const me = useQuery(whoami());
  return ranks.indexOf(me.data?.role ?? 'viewer') >= ranks.indexOf(role);
}
