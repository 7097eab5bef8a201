import { type Server, startServer } from '@flagledger/testkit';
import { createEvaluationEvent } from '@openfeature/core';
import { type Client, ErrorCode, type EvaluationContext, type Hook, OpenFeature } from '@openfeature/web-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accounts, createFlags, versionOf } from '../../openfeature-server/test/flags.js';
import { itemsOf } from '../../openfeature-server/test/meter.js';
import { FlagledgerWebProvider } from '../src/index.js';

let server: Server;
let clientKey: string;

beforeAll(async () => {
  server = await startServer();
  await createFlags(server);
  clientKey = await server.key('client');
});

afterEach(() => OpenFeature.clearProviders());

afterAll(() => server[Symbol.asyncDispose]());

async function open(context: EvaluationContext): Promise<Client> {
  await OpenFeature.setContext(context);
  const options = { url: server.url, clientKey, flagSetId: 'default/production' };
  await OpenFeature.setProviderAndWait(new FlagledgerWebProvider(options));
  return OpenFeature.getClient();
}

test('the provider reads flags of every type', async () => {
  const client = await open({ targetingKey: 'u1', accountId: 'a', staff: true });
  const pdf = client.getBooleanDetails('new-pdf-engine', false);
  expect(pdf).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
  expect(pdf.flagMetadata).toEqual({
    version: await versionOf(server, 'new-pdf-engine'),
    rule: 'staff',
    contextId: 'u1',
    flagSetId: 'default/production',
  });
  expect(client.getStringDetails('theme', 'none')).toMatchObject({ value: 'light', reason: 'DEFAULT' });
  expect(client.getNumberDetails('page-size', 0)).toMatchObject({ value: 250, variant: 'many', reason: 'STATIC' });
  expect(client.getObjectDetails('limits', {})).toMatchObject({ value: { seats: 3, tags: ['a', 'ü'] } });
  expect(client.getBooleanDetails('redesign', true)).toMatchObject({ value: false, reason: 'DISABLED' });
});

test('a flag whose prerequisite fails is off', async () => {
  await server.cli('flag', 'create', 'dependent');
  const prerequisites = [{ flag: 'redesign', variants: ['on'] }];
  const path = '/api/v1/projects/default/flags/dependent/environments/production';
  await server.call('PUT', path, { config: { offVariant: 'off', prerequisites, default: { variant: 'on' } } });
  await server.cli('flag', 'on', 'dependent', '--env', 'production');
  const details = (await open({})).getBooleanDetails('dependent', true);
  expect(details).toMatchObject({ value: false, variant: 'off', reason: 'DISABLED' });
  expect(details.flagMetadata).toMatchObject({ prerequisiteFailed: true });
});

test('targeting reads nested attributes and dates of the context', async () => {
  const client = await open({ company: { plan: 'pro' }, since: new Date('2026-05-01') });
  expect(client.getStringDetails('theme', 'none')).toMatchObject({ value: 'dark', reason: 'TARGETING_MATCH' });
  await OpenFeature.setContext({ company: { plan: 'pro' }, since: new Date('2025-05-01') });
  expect(client.getStringDetails('theme', 'none')).toMatchObject({ value: 'light', reason: 'DEFAULT' });
});

test('a percentage is one of units, and differs between them', async () => {
  const client = await open({});
  const served = new Set<boolean>();
  for (const accountId of accounts.slice(0, 20)) {
    await OpenFeature.setContext({ accountId });
    const details = client.getBooleanDetails('new-pdf-engine', false);
    expect(details.reason).toBe('SPLIT');
    served.add(details.value);
  }
  expect(served).toEqual(new Set([true, false]));
});

describe('the provider gives the default', () => {
  test.each([
    ['a flag that does not exist', 'nobody-made-this', ErrorCode.FLAG_NOT_FOUND],
    ['a value of another type', 'theme', ErrorCode.TYPE_MISMATCH],
    ['a context that has nothing to bucket', 'sample', ErrorCode.TARGETING_KEY_MISSING],
  ])('for %s', async (_, flag, errorCode) => {
    const details = (await open({})).getBooleanDetails(flag, true);
    expect(details).toMatchObject({ value: true, reason: 'ERROR', errorCode });
    expect(details.errorMessage).toBeTruthy();
    expect(details.variant).toBeUndefined();
  });

  test('null for an object that is none', async () => {
    const client = await open({});
    expect(client.getObjectDetails('page-size', null)).toMatchObject({ value: null, errorCode: 'TYPE_MISMATCH' });
    expect(client.getObjectValue('limits', null)).toMatchObject({ seats: 3 });
  });
});

describe('an exposure is reported', () => {
  /** How many exposures the server has accepted of what `act` does with a client, which is closed then. */
  async function exposures(context: EvaluationContext, act: (client: Client) => void): Promise<number> {
    const before = await itemsOf(server, 'exposure', 'accepted');
    act(await open(context));
    await OpenFeature.getProvider().onClose?.();
    return (await itemsOf(server, 'exposure', 'accepted')) - before;
  }

  test('once, and for a flag that was asked for', async () => {
    const ask = (client: Client) => {
      client.getBooleanValue('sample', false);
      client.getBooleanDetails('sample', false);
      client.getBooleanValue('redesign', false);
    };
    expect(await exposures({ targetingKey: 'once', accountId: 'not asked for' }, ask)).toBe(1);
    expect(await exposures({ targetingKey: 'never', accountId: 'not asked for' }, () => {})).toBe(0);
    expect(await itemsOf(server, 'exposure', 'recorded')).toBe(0);
  });

  test.each<[string, Hook]>([
    [
      'before',
      {
        before: () => {
          throw new Error('a broken hook');
        },
      },
    ],
    [
      'after',
      {
        after: () => {
          throw new Error('a broken hook');
        },
      },
    ],
  ])('not if a hook has failed that runs %s the evaluation', async (stage, hook) => {
    const context = { targetingKey: `broken ${stage}` };
    const broken = (client: Client) => {
      const details = client.getBooleanDetails('sample', true, { hooks: [hook] });
      expect(details).toMatchObject({ value: true, reason: 'ERROR', errorMessage: 'a broken hook' });
    };
    expect(await exposures(context, broken)).toBe(0);
    expect(await exposures(context, (client) => client.getBooleanValue('sample', true))).toBe(1);
  });

  test('not for a value of another type', async () => {
    expect(await exposures({ targetingKey: 'type' }, (client) => client.getStringValue('sample', 'mine'))).toBe(0);
  });
});

test('an event is tracked for the context, and sent when the provider is closed', async () => {
  const client = await open({ targetingKey: 'u1', accountId: 'a' });
  client.track('invoice.paid', { value: 12.5, failed: false, currency: 'EUR', at: new Date() });
  await OpenFeature.getProvider().onClose?.();
  expect(await itemsOf(server, 'event', 'accepted')).toBe(1);
});

test('telemetry of OpenFeature names the context, the flag set and the version', async () => {
  const client = await open({ userId: 'u7' });
  const attributes: Record<string, unknown>[] = [];
  const hook: Hook = {
    finally: (context, details) => {
      attributes.push(createEvaluationEvent(context, details).attributes);
    },
  };
  client.getBooleanValue('redesign', true, { hooks: [hook] });
  expect(attributes).toEqual([
    {
      'feature_flag.key': 'redesign',
      'feature_flag.provider.name': 'flagledger',
      'feature_flag.result.reason': 'disabled',
      'feature_flag.result.variant': 'off',
      'feature_flag.result.value': false,
      'feature_flag.context.id': 'u7',
      'feature_flag.set.id': 'default/production',
      'feature_flag.version': await versionOf(server, 'redesign'),
    },
  ]);
});
