import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from './client';

/** Place is a flag in an environment. */
export interface Place {
  project: string;
  flag: string;
  environment: string;
}

export type Flag = Schemas['FlagView'];
export type Placement = Schemas['PlaceView'];

/**
 * What the page reads. Keys begin with 'p' and the project, then the kind of subject that the ledger's events name, so
 * that live.ts finds what an event has made old.
 */
export const whoami = () => queryOptions({ queryKey: ['whoami'], queryFn: () => answer(api.GET('/api/v1/whoami')) });

export const projects = () =>
  queryOptions({
    queryKey: ['projects'],
    queryFn: async () => (await answer(api.GET('/api/v1/projects'))).projects ?? [],
  });

export const flags = (project: string) =>
  queryOptions({
    queryKey: ['p', project, 'flags'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/projects/{project}/flags', { params: { path: { project } } }))).flags ?? [],
  });

export const flag = (project: string, key: string) =>
  queryOptions({
    queryKey: ['p', project, 'flag', key],
    queryFn: () =>
      answer(api.GET('/api/v1/projects/{project}/flags/{flag}', { params: { path: { project, flag: key } } })),
  });

export const usage = (project: string, environment: string) =>
  queryOptions({
    queryKey: ['p', project, 'usage', environment],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/environments/{environment}/usage', {
          params: { path: { project, environment } },
        }),
      ),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });

export const hygiene = (project: string) =>
  queryOptions({
    queryKey: ['p', project, 'hygiene'],
    queryFn: () => answer(api.GET('/api/v1/projects/{project}/hygiene', { params: { path: { project } } })),
    staleTime: 0,
    refetchInterval: 60_000,
  });

export const references = (project: string, flag: string) =>
  queryOptions({
    queryKey: ['p', project, 'references', flag],
    queryFn: async () =>
      (
        await answer(
          api.GET('/api/v1/projects/{project}/references', { params: { path: { project }, query: { flag } } }),
        )
      ).scans ?? [],
    staleTime: 30_000,
  });

export const rollout = (p: Place) =>
  queryOptions({
    queryKey: ['p', p.project, 'flag', p.flag, 'rollout', p.environment],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout', { params: { path: p } }),
      ),
  });

export const looks = (p: Place, running: boolean) =>
  queryOptions({
    queryKey: ['p', p.project, 'flag', p.flag, 'looks', p.environment],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout/looks', {
          params: { path: p },
        }),
      ),
    staleTime: 0,
    // Looks are not events of the ledger, so nothing announces them.
    refetchInterval: running ? 2_000 : false,
  });

export const experiment = (p: Place) =>
  queryOptions({
    queryKey: ['p', p.project, 'flag', p.flag, 'experiment', p.environment],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment', {
          params: { path: p },
        }),
      ),
  });

export const results = (p: Place, step: string, dimension: string) =>
  queryOptions({
    queryKey: ['p', p.project, 'flag', p.flag, 'results', p.environment, step, dimension],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment/results', {
          params: { path: p, query: { step, ...(dimension ? { dimension } : {}) } },
        }),
      ),
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });

export const flagHistory = (project: string, key: string) =>
  queryOptions({
    queryKey: ['p', project, 'flag', key, 'history'],
    queryFn: async () =>
      (
        await answer(
          api.GET('/api/v1/projects/{project}/flags/{flag}/history', {
            params: { path: { project, flag: key }, query: { limit: 1000 } },
          }),
        )
      ).events ?? [],
  });

export const scheduled = (p: Place) =>
  queryOptions({
    queryKey: ['p', p.project, 'flag', p.flag, 'scheduled', p.environment],
    queryFn: async () =>
      (
        await answer(
          api.GET('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/schedule', {
            params: { path: p },
          }),
        )
      ).scheduled ?? [],
  });

export const reach = (project: string, environment: string, revision?: string) =>
  queryOptions({
    queryKey: ['p', project, 'reach', environment, revision ?? ''],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/environments/{environment}/reach', {
          params: { path: { project, environment }, query: revision ? { revision: Number(revision) } : {} },
        }),
      ),
    staleTime: 0,
  });

export const evaluators = (project: string, environment: string) =>
  queryOptions({
    queryKey: ['p', project, 'evaluators', environment],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/environments/{environment}/evaluators', {
          params: { path: { project, environment } },
        }),
      ),
    staleTime: 0,
    refetchInterval: 3_000,
  });

export const segments = (project: string) =>
  queryOptions({
    queryKey: ['p', project, 'segment'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/projects/{project}/segments', { params: { path: { project } } }))).segments ?? [],
  });

export const metrics = (project: string) =>
  queryOptions({
    queryKey: ['p', project, 'metric'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/projects/{project}/metrics', { params: { path: { project } } }))).metrics ?? [],
  });

export const plans = (project: string) =>
  queryOptions({
    queryKey: ['p', project, 'plan'],
    queryFn: async () =>
      (await answer(api.GET('/api/v1/projects/{project}/plans', { params: { path: { project } } }))).plans ?? [],
  });

export const keys = () =>
  queryOptions({
    queryKey: ['keys'],
    queryFn: async () => (await answer(api.GET('/api/v1/keys'))).keys ?? [],
  });

/** refreshFlag reads one flag again, for its own page and for the list. */
export async function refreshFlag(client: QueryClient, project: string, key: string): Promise<void> {
  void client.invalidateQueries({ queryKey: ['p', project, 'flag', key] });
  const list = flags(project).queryKey;
  if (!client.getQueryData(list)) return;
  try {
    place(client, project, await client.fetchQuery({ ...flag(project, key), staleTime: 0 }));
  } catch {
    void client.invalidateQueries({ queryKey: list });
  }
}

/** place puts a flag as the server has told it into the list and its own page. */
export function place(client: QueryClient, project: string, changed: Flag): void {
  client.setQueryData(flag(project, changed.key).queryKey, changed);
  client.setQueryData(flags(project).queryKey, (list: Flag[] | undefined) => {
    if (!list) return list;
    const at = list.findIndex((f) => f.key === changed.key);
    if (at < 0) return [...list, changed].sort((a, b) => (a.key < b.key ? -1 : 1));
    return list.with(at, changed);
  });
}
