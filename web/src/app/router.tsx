import { QueryClient } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { Failure } from '../api/client';
import { projects } from '../api/queries';
import { Flags } from '../pages/flags/flags';
import { Broken, Missing } from './broken';
import { Shell } from './shell';

/** client keeps what was read until an event of the ledger makes it old (see live.ts). */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 3 && !(error instanceof Failure && error.status >= 400 && error.status < 500),
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5_000),
    },
  },
});

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Search is what a project's page keeps in its address. */
export interface Search {
  env?: string | undefined;
}

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing, errorComponent: Broken });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async () => {
    const [first] = await client.ensureQueryData(projects());
    if (first) throw redirect({ to: '/p/$project/flags', params: { project: first.key } });
  },
  component: Missing,
});

export const projectRoute = createRoute({
  getParentRoute: () => root,
  path: '/p/$project',
  component: Shell,
  validateSearch: (search: Record<string, unknown>): Search => ({ env: text(search['env']) }),
  search: { middlewares: [retainSearchParams(['env'])] },
});

/** FlagFilter is how the list of flags is narrowed down. */
export interface FlagFilter {
  q?: string | undefined;
  state?: string | undefined;
  type?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  sort?: string | undefined;
  create?: string | undefined;
}

export const flagsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'flags',
  component: Flags,
  validateSearch: (search: Record<string, unknown>): FlagFilter => ({
    q: text(search['q']),
    state: text(search['state']),
    type: text(search['type']),
    tag: text(search['tag']),
    owner: text(search['owner']),
    sort: text(search['sort']),
    create: text(search['create']),
  }),
});

export const flagRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'flags/$flag',
  component: lazyRouteComponent(() => import('../pages/flag/flag'), 'FlagPage'),
});

const flagIndex = createRoute({
  getParentRoute: () => flagRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/p/$project/flags/$flag/targeting', params });
  },
});

const targeting = createRoute({
  getParentRoute: () => flagRoute,
  path: 'targeting',
  component: lazyRouteComponent(() => import('../pages/flag/targeting'), 'Targeting'),
});

const rolloutRoute = createRoute({
  getParentRoute: () => flagRoute,
  path: 'rollout',
  component: lazyRouteComponent(() => import('../pages/rollout/rollout'), 'RolloutPage'),
});

const experimentRoute = createRoute({
  getParentRoute: () => flagRoute,
  path: 'experiment',
  component: lazyRouteComponent(() => import('../pages/experiment/experiment'), 'ExperimentPage'),
});

const flagHistoryRoute = createRoute({
  getParentRoute: () => flagRoute,
  path: 'history',
  component: lazyRouteComponent(() => import('../pages/history/flaghistory'), 'FlagHistory'),
});

const settings = createRoute({
  getParentRoute: () => flagRoute,
  path: 'settings',
  component: lazyRouteComponent(() => import('../pages/flag/settings'), 'Settings'),
});

/** EventFilter is how the history is narrowed down. */
export interface EventFilter {
  actor?: string | undefined;
  key?: string | undefined;
  type?: string | undefined;
  kind?: string | undefined;
  in?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export const historyRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'history',
  component: lazyRouteComponent(() => import('../pages/history/history'), 'History'),
  validateSearch: (search: Record<string, unknown>): EventFilter => ({
    actor: text(search['actor']),
    key: text(search['key']),
    type: text(search['type']),
    kind: text(search['kind']),
    in: text(search['in']),
    since: text(search['since']),
    until: text(search['until']),
  }),
});

const segmentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'segments',
  component: lazyRouteComponent(() => import('../pages/catalog/segments'), 'Segments'),
});

const metricsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'metrics',
  component: lazyRouteComponent(() => import('../pages/catalog/metrics'), 'Metrics'),
});

const plansRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'plans',
  component: lazyRouteComponent(() => import('../pages/catalog/plans'), 'Plans'),
});

const environmentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'environments',
  component: lazyRouteComponent(() => import('../pages/admin/environments'), 'Environments'),
});

const keysRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'keys',
  component: lazyRouteComponent(() => import('../pages/admin/keys'), 'Keys'),
});

const systemRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'system',
  component: lazyRouteComponent(() => import('../pages/admin/system'), 'System'),
});

const hygieneRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: 'hygiene',
  component: lazyRouteComponent(() => import('../pages/hygiene/hygiene'), 'Hygiene'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    index,
    projectRoute.addChildren([
      flagsRoute,
      flagRoute.addChildren([flagIndex, targeting, rolloutRoute, experimentRoute, flagHistoryRoute, settings]),
      historyRoute,
      segmentsRoute,
      metricsRoute,
      plansRoute,
      environmentsRoute,
      keysRoute,
      systemRoute,
      hygieneRoute,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Missing,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
