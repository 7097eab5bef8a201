import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isWholesaler } from '../server/directory.js';
import { ENVIRONMENT, startRollout } from '../server/setup.js';
import { flag } from '../shared/flag.js';
import { World } from './world.js';

/** As the example's plan, with a larger first stage, so that few accounts are enough. */
const plan = {
  stages: [{ percentage: 20, minSoak: '1s' }, { percentage: 100 }],
  gates: [{ metric: 'request-errors', maxRatio: 2 }],
  interval: '1s',
  watermark: '1s',
};

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'invoicing-plan-'));

beforeAll(async () => {
  world = await World.open();
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  const cli = (...args: string[]) => world.ledger.cli(...args);
  await cli('rollout', 'abort', flag.pdf, '--env', ENVIRONMENT);
  await startRollout(cli, file);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world?.[Symbol.asyncDispose]();
});

/** The wholesalers among the first accounts, and as many others. */
function customers(): string[] {
  const ids = world.directory.accounts().map(({ id }) => id);
  const large = ids.filter(isWholesaler).slice(0, 120);
  return ids
    .filter((id) => !isWholesaler(id))
    .slice(0, 120)
    .concat(large);
}

interface Status {
  readonly status: string;
  readonly percentage: number;
}

async function rollout(): Promise<Status> {
  return JSON.parse(await world.ledger.cli('rollout', 'status', flag.pdf, '--env', ENVIRONMENT, '--json'));
}

test('the release that fails on large invoices rolls itself back', async () => {
  const engines = new Map<string | null, number>();
  for (const id of customers()) {
    const response = await world.ask(`${id}-1`, '/api/invoices/latest.pdf');
    await response.arrayBuffer();
    const outcome = `${response.headers.get('Invoice-Engine')} ${response.status}`;
    engines.set(outcome, (engines.get(outcome) ?? 0) + 1);
  }
  expect(engines.get('modern 500')).toBeGreaterThan(5);
  expect(engines.get('modern 200')).toBeGreaterThan(5);
  expect(engines.get('classic 500') ?? 0).toBeLessThan(3);
  await world.flagClient.flush();

  let now = await rollout();
  for (let i = 0; i < 100 && now.status === 'running'; i++) {
    await wait(250);
    now = await rollout();
  }
  expect(now).toMatchObject({ status: 'rolledBack', percentage: 0 });
  expect(await world.ledger.cli('flag', 'history', flag.pdf)).toMatch(/roll.*back/i);

  const large = customers().at(-1);
  const again = await world.ask(`${large}-1`, '/api/invoices/latest.pdf');
  expect([again.status, again.headers.get('Invoice-Engine')]).toEqual([200, 'classic']);
}, 90_000);
