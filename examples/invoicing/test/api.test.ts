import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextOf } from '../shared/account.js';
import { flag } from '../shared/flag.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

const draft = { customer: 'Elm Street Dental', lines: [{ description: 'Delivery', quantity: 2, price: 1250 }] };

test('the bulk API is for three enterprise accounts, until it is for others or nobody', async () => {
  for (const userId of ['acme-1', 'globex-2', 'initech-1']) {
    const response = await world.ask(userId, '/api/invoices/bulk', [draft, draft]);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject([{ total: 2500 }, { customer: 'Elm Street Dental' }]);
  }
  expect((await world.ask('northwind-1', '/api/invoices/bulk', [draft])).status).toBe(403);
  await world.flip('set', flag.bulk, '--target', 'on=northwind', '--by', 'accountId');
  expect((await world.ask('northwind-1', '/api/invoices/bulk', [draft])).status).toBe(201);
  expect((await world.ask('acme-1', '/api/invoices/bulk', [draft])).status).toBe(403);
  await world.flip('kill', flag.bulk);
  expect((await world.ask('northwind-1', '/api/invoices/bulk', [draft])).status).toBe(403);
});

test('an invoice that is made is listed, and reported as a conversion', async () => {
  const before = world.flagClient.stats().events;
  const made = await (await world.ask('fernhill-1', '/api/invoices', draft)).json();
  const listed = await (await world.ask('fernhill-1', '/api/invoices')).json();
  expect(listed[0]).toEqual(made);
  expect(made).toMatchObject({ status: 'draft', lineCount: 1, total: 2500, currency: 'GBP' });
  await world.flagClient.flush();
  const { events, rejected, invalid, lost, refused } = world.flagClient.stats();
  expect(events).toBeGreaterThanOrEqual(before + 3); // the conversion, and a request each
  expect({ rejected, invalid, lost, refused }).toEqual({ rejected: 0, invalid: 0, lost: 0, refused: 0 });
});

test.each([
  ['a body that is a list', []],
  ['no customer', { lines: draft.lines }],
  ['no lines', { customer: 'Ivy House', lines: [] }],
  ['a price of parts of pence', { ...draft, lines: [{ description: 'x', quantity: 1, price: 0.5 }] }],
  ['a quantity of text', { ...draft, lines: [{ description: 'x', quantity: '1', price: 5 }] }],
])('%s is refused, with what is wrong with it', async (_, body) => {
  const response = await world.ask('acme-1', '/api/invoices', body);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ status: 422, detail: expect.stringMatching(/must be/) });
});

test('bulk invoices are all made or none', async () => {
  await world.flip('set', flag.bulk, '--on', '--target', 'on=initech', '--by', 'accountId');
  const count = async () => (await (await world.ask('initech-1', '/api/invoices')).json()).length;
  const before = await count();
  const response = await world.ask('initech-1', '/api/invoices/bulk', [draft, { ...draft, lines: [] }]);
  expect([response.status, (await response.json()).detail]).toEqual([
    422,
    '[1].lines: must be a list of 1 to 2000 lines',
  ]);
  expect(await count()).toBe(before);
});

test('the engine is the flag’s choice, and an invoice that it fails on is a failure of ours', async () => {
  const print = async () => {
    const response = await world.ask('northwind-1', '/api/invoices/INV-1014.pdf');
    const body = Buffer.from(await response.arrayBuffer());
    return [response.status, response.headers.get('Invoice-Engine'), body.subarray(0, 5).toString()];
  };
  await world.flip('set', flag.pdf, '--target', 'off=northwind', '--by', 'accountId');
  expect(await print()).toEqual([200, 'classic', '%PDF-']);
  await world.flip('set', flag.pdf, '--target', 'on=northwind', '--target', 'off=', '--by', 'accountId');
  expect(await print()).toEqual([500, 'modern', '{"sta']);
  expect(world.failures.at(-1)).toMatch(/INV-1014\.pdf: RangeError/);
  await world.flip('kill', flag.pdf);
  expect(await print()).toEqual([200, 'classic', '%PDF-']);
  expect((await world.ask('northwind-1', '/api/invoices/INV-9999.pdf')).status).toBe(404);
});

test('in maintenance the API asks to come back later', async () => {
  await world.flip('on', flag.maintenance);
  const response = await world.ask('acme-1', '/api/invoices');
  expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '60']);
  expect((await world.ask('acme-1', '/')).status).toBe(503);
  await world.flip('kill', flag.maintenance);
  expect((await world.ask('acme-1', '/api/invoices')).status).toBe(200);
});

test('help is for the free tier in two countries', () => {
  const served = world.directory.members().map(({ account, users: [user] }) => {
    const isOn = user && world.flagClient.peek(flag.chat, contextOf({ user, account }), false).value;
    const isMeant = account.plan === 'free' && ['US', 'GB'].includes(account.country);
    return { account: account.id, isOn, isMeant };
  });
  expect(served.filter(({ isOn, isMeant }) => isOn !== isMeant)).toEqual([]);
  expect(new Set(served.map(({ isOn }) => isOn)).size).toBe(2);
});
