import { type Server, startServer } from '@flagledger/testkit';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { type Client, ErrorCode, type EvaluationContext, OpenFeature } from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accounts, createFlags, versionOf } from './flags.js';
import { itemsOf, until } from './meter.js';

let server: Server;
let client: Client;

/** An OpenFeature client of the provider that OpenFeature publishes, under a domain of its own. */
async function stockClient(domain: string, key: string): Promise<Client> {
  const provider = new OFREPProvider({ baseUrl: server.url, headers: [['Authorization', `Bearer ${key}`]] });
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

beforeAll(async () => {
  server = await startServer();
  await createFlags(server);
  client = await stockClient('stock', await server.key('server'));
});

afterAll(async () => {
  await OpenFeature.close();
  await server[Symbol.asyncDispose]();
});

describe('the stock OFREP provider reads', () => {
  test('a boolean', async () => {
    const details = await client.getBooleanDetails('new-pdf-engine', false, { accountId: 'a', staff: true });
    expect(details).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(details.flagMetadata).toEqual({ version: await versionOf(server, 'new-pdf-engine'), rule: 'staff' });
  });

  test('a string, by nested attributes and a date', async () => {
    const at = (plan: string, since: Date): EvaluationContext => ({ targetingKey: 'u', company: { plan }, since });
    const theme = (context: EvaluationContext) => client.getStringDetails('theme', 'none', context);
    expect(await theme(at('pro', new Date('2026-05-01')))).toMatchObject({ value: 'dark', reason: 'TARGETING_MATCH' });
    expect(await theme(at('pro', new Date('2025-05-01')))).toMatchObject({ value: 'light', reason: 'DEFAULT' });
    expect(await theme(at('free', new Date('2026-05-01')))).toMatchObject({ value: 'light', variant: 'light' });
  });

  test('a number, the same for everybody', async () => {
    expect(await client.getNumberDetails('page-size', 0)).toMatchObject({
      value: 250,
      variant: 'many',
      reason: 'STATIC',
    });
  });

  test('an object', async () => {
    expect(await client.getObjectValue('limits', {})).toEqual({ seats: 3, tags: ['a', 'ü'] });
  });

  test('a flag that is off', async () => {
    const details = await client.getBooleanDetails('redesign', true);
    expect(details).toMatchObject({ value: false, variant: 'off', reason: 'DISABLED' });
  });

  test('a percentage, as the server tells everybody', async () => {
    const served = new Map<string, boolean>();
    for (const accountId of accounts) {
      const details = await client.getBooleanDetails('new-pdf-engine', false, { accountId });
      expect(details).toMatchObject({ reason: 'SPLIT', flagMetadata: { by: 'accountId' } });
      served.set(accountId, details.value);
    }
    expect(new Set(served.values())).toEqual(new Set([true, false]));
    const browser = await stockClient('stock-client-key', await server.key('client'));
    for (const [accountId, value] of served) {
      expect(await browser.getBooleanValue('new-pdf-engine', !value, { accountId })).toBe(value);
    }
  });
});

test('the server counts what the stock provider has evaluated', async () => {
  const context = { targetingKey: 'counted' };
  const exposures = () => itemsOf(server, 'exposure', 'recorded');
  await until('the exposures of earlier tests are recorded', async () => (await exposures()) >= accounts.length);
  const before = await exposures();
  await client.getBooleanValue('sample', false, context);
  await client.getBooleanValue('sample', false, context); // the same exposure again
  await client.getBooleanValue('redesign', false, context); // no split decides
  await until('the exposure is recorded', async () => (await exposures()) > before);
  expect(await exposures()).toBe(before + 1);
});

test('a change is seen by the next evaluation', async () => {
  await server.cli('flag', 'create', 'banner');
  const banner = () => client.getBooleanDetails('banner', false);
  expect(await banner()).toMatchObject({ value: false, reason: 'DISABLED' });
  await server.cli('flag', 'on', 'banner', '--env', 'production');
  expect(await banner()).toMatchObject({ value: true, reason: 'STATIC' });
  await server.cli('flag', 'kill', 'banner', '--env', 'production', '--wait', '0s');
  expect(await banner()).toMatchObject({ value: false, reason: 'DISABLED' });
});

describe('the stock OFREP provider falls back to the default', () => {
  test('for a flag that does not exist', async () => {
    const details = await client.getStringDetails('nobody-made-this', 'mine');
    expect(details).toMatchObject({ value: 'mine', reason: 'ERROR', errorCode: ErrorCode.FLAG_NOT_FOUND });
    expect(details.errorMessage).toBe('there is no such flag');
  });

  test('for a value of another type', async () => {
    const details = await client.getNumberDetails('theme', 7, { targetingKey: 'u' });
    expect(details).toMatchObject({ value: 7, reason: 'ERROR', errorCode: ErrorCode.TYPE_MISMATCH });
  });

  test('for a context that has nothing to bucket', async () => {
    const unnamed = await client.getBooleanDetails('sample', true);
    expect(unnamed).toMatchObject({ value: true, errorCode: ErrorCode.TARGETING_KEY_MISSING });
    const other = await client.getBooleanDetails('new-pdf-engine', true, { targetingKey: 'u' });
    expect(other).toMatchObject({ value: true, errorCode: ErrorCode.TARGETING_KEY_MISSING });
    expect(other.errorMessage).toContain('accountId');
  });

  test('for a context of the wrong form', async () => {
    const details = await client.getBooleanDetails('sample', true, { targetingKey: 'u', tags: [{ deep: true }] });
    expect(details).toMatchObject({ value: true, errorCode: ErrorCode.INVALID_CONTEXT });
  });

  test.each(['fl_server_nobody', 'admin'])('when its key is refused: %s', async (kind) => {
    const refused = await stockClient(`refused-${kind}`, kind === 'admin' ? server.token : kind);
    const details = await refused.getBooleanDetails('sample', true, { targetingKey: 'u' });
    expect(details).toMatchObject({ value: true, reason: 'ERROR', errorCode: ErrorCode.GENERAL });
  });
});
