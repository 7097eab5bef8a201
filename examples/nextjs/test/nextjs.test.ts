import { launch, type Server, startServer } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visit } from './visit.js';
import { build, Web } from './web.js';

const known = 'The checkout you know';
const fresh = 'The new checkout';
/** A value of a rule's clause: what no other visitor may ever see. */
const secret = 'somebody-of-a-secret-customer';

let ledger: Server;
let serverKey: string;
let web: Web;
let browser: Browser;

beforeAll(async () => {
  [ledger, browser] = await Promise.all([startServer(), launch(), build()]);
  await ledger.cli('flag', 'create', 'new-checkout', '--owner', 'payments');
  await set('--on', '--rule', `early: targetingKey in ${secret} => on`, '--percentage', 'on=0');
  serverKey = await ledger.key('server');
  web = await Web.start({
    FLAGLEDGER_URL: ledger.url,
    FLAGLEDGER_SERVER_KEY: serverKey,
    FLAGLEDGER_CLIENT_KEY: await ledger.key('client'),
  });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await web?.[Symbol.asyncDispose]();
  await ledger?.[Symbol.asyncDispose]();
});

function set(...config: string[]): Promise<string> {
  return ledger.cli('flag', 'set', 'new-checkout', '--env', 'production', ...config);
}

test('the server renders the answer, and the browser follows it from there without a flash or a reload', async () => {
  await using visit = await Visit.open(browser, web.url, 'somebody');
  expect(visit.html).toContain(known);
  expect(visit.html).not.toContain(fresh);
  await visit.shows(known);
  await set('--percentage', 'on=100');
  await visit.shows(fresh);
  await ledger.cli('flag', 'kill', 'new-checkout', '--env', 'production');
  await visit.shows(known);
  expect(await visit.shown()).toEqual([known, fresh, known]);
  expect(visit.navigations).toBe(1);
  expect(visit.complaints).toEqual([]);
});

test('a rule decides on the server, and neither it nor the key of the server reaches a browser', async () => {
  await set('--on', '--percentage', 'on=0');
  await using early = await Visit.open(browser, web.url, secret);
  expect(early.html).toContain(fresh);
  await using other = await Visit.open(browser, web.url, 'somebody-else');
  expect(other.html).toContain(known);
  await set('--percentage', 'on=100'); // seen means that the answers of a live client have arrived
  await other.shows(fresh);
  expect(await early.shown()).toEqual([fresh]);
  // The page can show an answer before the request for it counts as finished. On a slow machine the page's first
  // question comes after the change, and there is one answer only.
  const answers = async () => (await other.received()).match(/"key":"new-checkout"/g)?.length;
  await expect.poll(answers, { timeout: 10_000 }).toBeGreaterThan(0);
  const received = await other.received();
  for (const hidden of [secret, serverKey, '"clauses"', '"salt"', '"splits"', '"weight"']) {
    expect(received).not.toContain(hidden);
  }
  expect(await early.received()).not.toContain(serverKey);
  expect([...early.complaints, ...other.complaints]).toEqual([]);
});
