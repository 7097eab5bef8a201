import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, root } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assetsIn } from '../server/assets.js';
import { home, webFolder } from '../server/place.js';
import { contextOf } from '../shared/account.js';
import { flag } from '../shared/flag.js';
import { Visit } from './visit.js';
import { World } from './world.js';

const pictures = join(root, 'bin', 'screenshots');

let world: World;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await build({ root: home });
  [world, browser] = await Promise.all([World.open(assetsIn(webFolder)), launch()]);
});

afterAll(async () => {
  await browser?.close();
  await world?.[Symbol.asyncDispose]();
});

/** Somebody who is served a dashboard. */
function userOf(dashboard: string): string {
  const users = world.directory.members().flatMap(({ account, users }) => users.map((user) => ({ user, account })));
  const found = users.find((who) => world.flagClient.peek(flag.dashboard, contextOf(who), null).variant === dashboard);
  if (!found) {
    throw new Error(`nobody is served ${dashboard}`);
  }
  return found.user.id;
}

async function picture(visit: Visit, name: string): Promise<void> {
  await visit.page.screenshot({ path: join(pictures, `invoicing-${name}.png`) });
}

test.each(['redesign', 'classic'])(
  'a user of the %s dashboard gets it in the HTML, and no other before it',
  async (name) => {
    await using visit = await Visit.open(browser, world.url, userOf(name));
    expect(visit.html.match(/data-dashboard="(\w+)"/)?.[1]).toBe(name);
    await visit.shows('[data-dashboard]');
    await picture(visit, name);
    await visit.page.waitForLoadState('load');
    expect(await visit.dashboards()).toEqual([name]);
    expect(visit.complaints).toEqual([]);
  },
);

test('each flag that is flipped changes the open page, without a reload', async () => {
  await using acme = await Visit.open(browser, world.url, 'acme-1');
  await using baker = await Visit.open(browser, world.url, 'bluebird-1');

  await world.flip('set', flag.dashboard, '--split', 'classic=100,redesign=0', '--by', 'userId');
  await Promise.all([acme.shows('[data-dashboard=classic]'), baker.shows('[data-dashboard=classic]')]);
  await world.flip('set', flag.dashboard, '--split', 'redesign=100,classic=0', '--by', 'userId');
  await Promise.all([acme.shows('[data-dashboard=redesign]'), baker.shows('[data-dashboard=redesign]')]);

  await acme.shows('[data-feature=bulk]');
  expect(await baker.at('[data-feature=bulk]').count()).toBe(0);
  await world.flip('kill', flag.bulk);
  await acme.hides('[data-feature=bulk]');

  await baker.shows('[data-feature=chat]');
  expect(await acme.at('[data-feature=chat]').count()).toBe(0);
  await world.flip('set', flag.chat, '--rule', 'acme: accountId in acme => on');
  await acme.shows('[data-feature=chat]');
  await world.flip('kill', flag.chat);
  await Promise.all([acme.hides('[data-feature=chat]'), baker.hides('[data-feature=chat]')]);

  await world.flip('set', flag.pdf, '--target', 'on=bluebird', '--target', 'off=acme', '--by', 'accountId');
  await baker.shows(`[data-flag=${flag.pdf}].on`);
  await acme.shows(`[data-flag=${flag.pdf}].off`);

  await world.flip('on', flag.maintenance);
  await Promise.all([acme.shows('.maintenance'), baker.shows('.maintenance')]);
  await picture(acme, 'maintenance');
  await world.flip('kill', flag.maintenance);
  await Promise.all([acme.shows('[data-dashboard]'), baker.shows('[data-dashboard]')]);

  await world.flip('on', flag.bulk);
  await world.flip('set', flag.chat, '--rule', 'acme: accountId in acme => off', '--on');
  expect([acme.loads, baker.loads]).toEqual([1, 1]);
  expect([...acme.complaints, ...baker.complaints]).toEqual([]);
});

test('the buttons print by the engine of the flag, and say when it fails', async () => {
  await world.flip('set', flag.pdf, '--target', 'off=northwind', '--by', 'accountId');
  await using visit = await Visit.open(browser, world.url, 'northwind-1');
  const button = visit.page.getByRole('button', { name: 'PDF of INV-1014' });
  const opened = visit.page.waitForEvent('popup');
  await button.click();
  await visit.shows('.note.good:has-text("printed by the classic engine")');
  await (await opened).close();
  await world.flip('set', flag.pdf, '--target', 'on=northwind', '--target', 'off=', '--by', 'accountId');
  await button.click();
  await visit.shows('.note.bad:has-text("The modern engine failed (500)")');
  await picture(visit, 'failed');
});

test('an invoice is made from the page, and help answers from the help pages', async () => {
  await using visit = await Visit.open(browser, world.url, 'fernhill-1');
  await visit.page.getByRole('button', { name: 'New invoice' }).click();
  await visit.page.getByLabel('Customer').fill('Rosewood Gallery');
  await visit.page.getByLabel('For what').fill('Six bowls');
  await visit.page.getByLabel('Price').fill('240.50');
  await picture(visit, 'form');
  await visit.page.getByRole('button', { name: 'Create' }).click();
  await visit.shows('[data-dashboard] >> text=Rosewood Gallery');

  await visit.page.getByRole('button', { name: 'Ask for help' }).click();
  await visit.page.getByLabel('Your question').fill('How do I print it as PDF?');
  await visit.page.keyboard.press('Enter');
  await visit.shows('.message.helper:has-text("opens in a new tab")');
  await picture(visit, 'help');
  expect(visit.complaints).toEqual([]);
});

test('another user is another page', async () => {
  await using visit = await Visit.open(browser, world.url, 'fernhill-1');
  await visit.page.getByLabel('Signed in as').selectOption('acme-2');
  await visit.shows('[data-feature=bulk]');
  await visit.hides('[data-feature=chat]');
  await picture(visit, 'bulk');
  expect(visit.complaints).toEqual([]);
});

test('the browser gets answers, and neither rules nor the key of the server', async () => {
  await using visit = await Visit.open(browser, world.url, 'van-dijk-1');
  await visit.shows('[data-dashboard=redesign]');
  await world.flip('set', flag.dashboard, '--split', 'classic=100,redesign=0', '--by', 'userId');
  await visit.shows('[data-dashboard=classic]');
  // The page can show an answer before the request for it counts as finished.
  const answers = async () => (await visit.received()).match(/"key":"redesigned-dashboard"/g)?.length;
  await expect.poll(answers, { timeout: 10_000 }).toBeGreaterThan(1);
  const received = await visit.received();
  for (const hidden of [world.serverKey, world.ledger.token, '"clauses"', '"salt"', '"weight"', '"targets"']) {
    expect(received).not.toContain(hidden);
  }
});
