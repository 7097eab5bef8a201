import { type Server, startServer } from '@flagledger/testkit';
import type { Provider } from '@openfeature/web-sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts, createFlags, versionOf } from '../../openfeature-server/test/flags.js';
import { until } from '../../openfeature-server/test/meter.js';
import { Browser } from './browser.js';

interface Answer {
  status: number;
  path: string;
  etag: string | undefined;
}

let server: Server;
let key: string;
let browser: Browser;
let page: Page;
let answers: Answer[];

/** Sets the provider that OpenFeature publishes, as an application would. */
async function open(clientKey: string, context: Record<string, string>, pollInterval = 0): Promise<void> {
  const options = { baseUrl: server.url, headers: [['Authorization', `Bearer ${clientKey}`]] as [string, string][] };
  await page.evaluate(
    async ([options, context, pollInterval]) => {
      const { OpenFeature, OFREPWebProvider } = window.stock;
      await OpenFeature.setContext(context);
      // By default it begins with what it has stored under the targeting key, whatever else has changed.
      const cacheMode = 'disabled';
      // Its declarations are not written for exactOptionalPropertyTypes.
      const provider = new OFREPWebProvider({ ...options, pollInterval, cacheMode }) as Provider;
      await OpenFeature.setProviderAndWait(provider);
    },
    [options, context, pollInterval] as const,
  );
}

const booleanDetails = (flag: string, otherwise: boolean) =>
  page.evaluate(([flag, otherwise]) => window.stock.OpenFeature.getClient().getBooleanDetails(flag, otherwise), [
    flag,
    otherwise,
  ] as const);

const setContext = (context: Record<string, string | boolean>) =>
  page.evaluate((context) => window.stock.OpenFeature.setContext(context), context);

const events = () => page.evaluate(() => window.stock.events);

const bulkAnswers = () => answers.filter(({ path }) => path === '/ofrep/v1/evaluate/flags');

beforeAll(async () => {
  server = await startServer();
  await createFlags(server);
  key = await server.key('client');
  browser = await Browser.open('stock.ts');
});

afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await page?.context().close();
  page = await browser.page();
  answers = [];
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin === server.url && response.request().method() !== 'OPTIONS') {
      const { etag } = response.headers();
      answers.push({ status: response.status(), path: url.pathname, etag });
    }
  });
});

test('the stock OFREP provider reads flags of every type', async () => {
  await open(key, { targetingKey: 'u', accountId: 'a' });
  const pdf = await booleanDetails('new-pdf-engine', false);
  expect(pdf).toMatchObject({ reason: 'SPLIT', variant: pdf.value ? 'on' : 'off' });
  expect(pdf.flagMetadata).toEqual({ version: await versionOf(server, 'new-pdf-engine'), by: 'accountId', unit: 'a' });
  const read = await page.evaluate(() => {
    const client = window.stock.OpenFeature.getClient();
    return [
      client.getStringDetails('theme', 'none'),
      client.getNumberDetails('page-size', 0),
      client.getObjectDetails('limits', {}),
      client.getBooleanDetails('redesign', true),
    ];
  });
  expect(read).toMatchObject([
    { value: 'light', variant: 'light', reason: 'DEFAULT' },
    { value: 250, variant: 'many', reason: 'STATIC' },
    { value: { seats: 3, tags: ['a', 'ü'] }, variant: 'free', reason: 'STATIC' },
    { value: false, variant: 'off', reason: 'DISABLED' },
  ]);
});

test('a change of the context is evaluated anew: targeting and percentages', async () => {
  await open(key, { accountId: 'a' });
  await setContext({ accountId: 'a', staff: true });
  expect(await booleanDetails('new-pdf-engine', false)).toMatchObject({ value: true, reason: 'TARGETING_MATCH' });
  const served = new Set<boolean>();
  for (const accountId of accounts.slice(0, 20)) {
    await setContext({ accountId });
    served.add((await booleanDetails('new-pdf-engine', false)).value);
  }
  expect(served).toEqual(new Set([true, false]));
});

describe('the stock OFREP provider falls back to the default', () => {
  beforeEach(() => open(key, { accountId: 'a' }));

  test.each([
    ['a flag that does not exist', 'nobody-made-this', 'FLAG_NOT_FOUND'],
    ['a value of another type', 'theme', 'TYPE_MISMATCH'],
    ['a context that has nothing to bucket', 'sample', 'TARGETING_KEY_MISSING'],
  ])('for %s', async (_, flag, errorCode) => {
    expect(await booleanDetails(flag, true)).toMatchObject({ value: true, reason: 'ERROR', errorCode });
  });
});

test('a refused key is fatal to the stock OFREP provider', async () => {
  await expect(open('fl_client_nobody', {})).rejects.toThrow('Initialization failed');
  expect(bulkAnswers()).toMatchObject([{ status: 401 }]);
  expect(await page.evaluate(() => window.stock.OpenFeature.getClient().providerStatus)).toBe('FATAL');
});

test('polling transfers the same answer once', async () => {
  const polled = async (name: string, status: number) =>
    until(name, () => bulkAnswers().filter((answer) => answer.status === status).length >= 2);
  // The stream would end the polling: EventSource is what a page may lack.
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'EventSource'));
  await open(key, { targetingKey: 'u' }, 100);
  await polled('two polls are answered 304', 304);
  const [first] = bulkAnswers();
  expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[0-9a-f]+"$/) });
  expect(bulkAnswers().filter(({ status }) => status !== 304)).toHaveLength(1);
  await server.cli('flag', 'create', 'polled');
  await polled('a poll after the change is answered 200', 200);
  await until('the page is told', async () => (await events()).includes('PROVIDER_CONFIGURATION_CHANGED polled'));
});

describe('without polling', () => {
  test('a flip reaches the page over the event stream', async () => {
    await server.cli('flag', 'create', 'banner');
    await open(key, { targetingKey: 'u' });
    expect(await booleanDetails('banner', true)).toMatchObject({ value: false, reason: 'DISABLED' });
    await server.cli('flag', 'on', 'banner', '--env', 'production');
    const changes = async () => (await events()).filter((e) => e === 'PROVIDER_CONFIGURATION_CHANGED banner').length;
    await until('the page is told of the flip', async () => (await changes()) === 1);
    expect(await booleanDetails('banner', false)).toMatchObject({ value: true, reason: 'STATIC' });
    expect(answers).toContainEqual({ status: 200, path: '/ofrep/v1/stream', etag: undefined });
    await server.cli('flag', 'kill', 'banner', '--env', 'production', '--wait', '0s');
    await until('the page is told of the kill', async () => (await changes()) === 2);
    expect(await booleanDetails('banner', true)).toMatchObject({ value: false, reason: 'DISABLED' });
  });

  test('a change of another environment is no business of the page', async () => {
    await open(key, { targetingKey: 'u' });
    await until('the stream is open', () => answers.some(({ path }) => path === '/ofrep/v1/stream'));
    await server.cli('flag', 'on', 'redesign', '--env', 'staging');
    await server.cli('flag', 'create', 'last-word');
    await until('the page is told', async () => (await events()).includes('PROVIDER_CONFIGURATION_CHANGED last-word'));
    expect((await events()).filter((e) => e.startsWith('PROVIDER_CONFIGURATION_CHANGED'))).toHaveLength(1);
  });

  test('a change is seen although the server was restarted meanwhile', async () => {
    await open(key, { targetingKey: 'u' });
    await until('the stream is open', () => answers.some(({ path }) => path === '/ofrep/v1/stream'));
    await server.kill();
    await until('the page knows', async () => (await events()).includes('PROVIDER_STALE'));
    await server.start();
    await server.cli('flag', 'create', 'afterwards');
    await until('the page is told', async () => (await events()).includes('PROVIDER_CONFIGURATION_CHANGED afterwards'));
  });
});
