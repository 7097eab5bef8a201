import { join } from 'node:path';
import { flag } from '../shared/flag.js';
import type { Cli } from './cli.js';
import { home } from './place.js';

/** Where the flags of the example are set. */
export const ENVIRONMENT = 'production';

/** Keys of the rollout's metric and plan; their definitions are files. */
const METRIC = 'request-errors';
const PLAN = 'invoicing-app';

/** A flag, as arguments of `flagledger flag create KEY` and `flagledger flag set KEY`. */
interface Recipe {
  readonly key: string;
  readonly create: readonly string[];
  readonly set: readonly string[];
}

const recipes: readonly Recipe[] = [
  {
    key: flag.dashboard,
    create: ['--owner', 'web', '--type', 'string', '--variant', 'redesign=redesign', '--variant', 'classic=classic'],
    set: ['--on', '--split', 'redesign=50,classic=50', '--by', 'userId'],
  },
  {
    key: flag.chat,
    create: ['--owner', 'support', '--description', 'Help for the free tier in the US and the UK'],
    set: ['--on', '--rule', 'free-us-gb: plan in free and country in US, GB => on', '--serve', 'off'],
  },
  {
    key: flag.bulk,
    create: ['--owner', 'platform', '--description', 'The bulk API, for three enterprise accounts'],
    set: ['--on', '--target', 'on=acme,globex,initech', '--by', 'accountId', '--serve', 'off'],
  },
  {
    key: flag.maintenance,
    create: ['--owner', 'platform', '--permanent', '--description', 'Takes the application down on purpose'],
    set: ['--serve', 'on'], // when it is on; flags begin switched off
  },
];

/**
 * Makes the five flags and starts the rollout of one of them. What exists
 * already stays as it is, so it may run at each start.
 */
export async function setUp(cli: Cli): Promise<void> {
  const [flags, metrics, plans] = await Promise.all([keysOf(cli, 'flag'), keysOf(cli, 'metric'), keysOf(cli, 'plan')]);
  for (const { key, create, set } of recipes.filter(({ key }) => !flags.has(key))) {
    await cli('flag', 'create', key, ...create);
    await cli('flag', 'set', key, '--env', ENVIRONMENT, ...set);
  }
  if (!metrics.has(METRIC)) {
    await cli('metric', 'save', METRIC, '--file', definition('request-errors.json'));
  }
  if (!plans.has(PLAN)) {
    await cli('plan', 'save', PLAN, '--file', definition('plan.json'));
  }
  if (!flags.has(flag.pdf)) {
    await cli('flag', 'create', flag.pdf, '--owner', 'billing', '--description', 'Prints invoices with the new engine');
    await startRollout(cli);
  }
}

/** Gives the new PDF engine to the first few accounts, as the plan says or another one in a file does. */
export async function startRollout(cli: Cli, planFile?: string): Promise<void> {
  const plan = planFile === undefined ? ['--plan', PLAN] : ['--plan-file', planFile];
  await cli('rollout', 'start', flag.pdf, '--env', ENVIRONMENT, '--by', 'accountId', ...plan);
}

async function keysOf(cli: Cli, kind: 'flag' | 'metric' | 'plan'): Promise<Set<string>> {
  const listed: Record<string, { key: string }[] | undefined> = JSON.parse(await cli(kind, 'list', '--json'));
  return new Set((listed[`${kind}s`] ?? []).map(({ key }) => key));
}

function definition(name: string): string {
  return join(home, 'rollout', name);
}
