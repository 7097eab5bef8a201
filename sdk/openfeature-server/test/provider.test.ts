import { createFlagClient, type FlagClient } from '@flagledger/node';
import { type Server, startServer } from '@flagledger/testkit';
import { createEvaluationEvent } from '@openfeature/core';
import {
  type Client,
  ErrorCode,
  type EvaluationContext,
  type Hook,
  MultiProvider,
  OpenFeature,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FlagledgerProvider } from '../src/index.js';
import { accounts, createFlags, versionOf } from './flags.js';
import { until } from './meter.js';

let server: Server;
let key: string;
let flags: FlagClient;
let client: Client;

beforeAll(async () => {
  server = await startServer();
  await createFlags(server);
  key = await server.key('server');
  flags = createFlagClient({ url: server.url, sdkKey: key });
  await OpenFeature.setProviderAndWait(new FlagledgerProvider(flags, { flagSetId: 'default/production' }));
  client = OpenFeature.getClient();
});

afterAll(async () => {
  await OpenFeature.close();
  await flags.close();
  await server[Symbol.asyncDispose]();
});

describe('the provider reads', () => {
  test('a boolean, with what telemetry and people ask of it', async () => {
    const context = { targetingKey: 'u1', accountId: 'a', staff: true };
    const details = await client.getBooleanDetails('new-pdf-engine', false, context);
    expect(details).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(details.flagMetadata).toEqual({
      version: await versionOf(server, 'new-pdf-engine'),
      revision: expect.stringMatching(/^[1-9]\d*$/),
      rule: 'staff',
      contextId: 'u1',
      flagSetId: 'default/production',
    });
  });

  test('a string, by nested attributes and a date', async () => {
    const theme = (plan: string, since: Date) => client.getStringDetails('theme', 'none', { company: { plan }, since });
    expect(await theme('pro', new Date('2026-05-01'))).toMatchObject({ value: 'dark', reason: 'TARGETING_MATCH' });
    expect(await theme('pro', new Date('2025-05-01'))).toMatchObject({ value: 'light', reason: 'DEFAULT' });
  });

  test('a number', async () => {
    expect(await client.getNumberDetails('page-size', 0)).toMatchObject({ value: 250, reason: 'STATIC' });
  });

  test('an object', async () => {
    expect(await client.getObjectValue('limits', {})).toEqual({ seats: 3, tags: ['a', 'ü'] });
  });

  test('a flag that is off', async () => {
    expect(await client.getBooleanDetails('redesign', true)).toMatchObject({ value: false, reason: 'DISABLED' });
  });

  test('a flag whose prerequisite fails as one that is off', async () => {
    await server.cli('flag', 'create', 'dependent');
    const path = '/api/v1/projects/default/flags/dependent/environments/production';
    const prerequisites = [{ flag: 'redesign', variants: ['on'] }];
    await server.call('PUT', path, { config: { offVariant: 'off', prerequisites, default: { variant: 'on' } } });
    await server.cli('flag', 'on', 'dependent', '--env', 'production');
    const version = await versionOf(server, 'dependent');
    await until('the change is here', () => flags.peek('dependent', {}, true).version === version);
    const details = await client.getBooleanDetails('dependent', true);
    expect(details).toMatchObject({ value: false, variant: 'off', reason: 'DISABLED' });
    expect(details.flagMetadata).toMatchObject({ version, prerequisiteFailed: true });
  });

  test('a percentage, as the server evaluates it', async () => {
    const served = new Set<boolean>();
    for (const accountId of accounts) {
      const details = await client.getBooleanDetails('new-pdf-engine', false, { accountId });
      expect(details.reason).toBe('SPLIT');
      served.add(details.value);
    }
    expect(served).toEqual(new Set([true, false]));
  });
});

describe('the provider gives the default', () => {
  const of = (flag: string, context: EvaluationContext = {}) => client.getBooleanDetails(flag, true, context);

  test.each([
    ['a flag that does not exist', 'nobody-made-this', ErrorCode.FLAG_NOT_FOUND],
    ['a value of another type', 'theme', ErrorCode.TYPE_MISMATCH],
    ['a context that has nothing to bucket', 'sample', ErrorCode.TARGETING_KEY_MISSING],
  ])('for %s', async (_, flag, errorCode) => {
    const details = await of(flag);
    expect(details).toMatchObject({ value: true, reason: 'ERROR', errorCode });
    expect(details.errorMessage).toBeTruthy();
    expect(details.variant).toBeUndefined();
  });

  test('null for an object that is none', async () => {
    expect(await client.getObjectDetails('page-size', null)).toMatchObject({ value: null, errorCode: 'TYPE_MISMATCH' });
    expect(await client.getObjectValue('limits', null)).toMatchObject({ seats: 3 });
  });
});

describe('an exposure is reported', () => {
  /** How many exposures come of what `act` does. */
  async function exposures(act: () => Promise<unknown>): Promise<number> {
    const before = flags.stats().exposures;
    await act();
    return flags.stats().exposures - before;
  }

  test('once for each unit, for what a split has decided', async () => {
    const twice = async () => {
      await client.getBooleanValue('sample', false, { targetingKey: 'once' });
      await client.getBooleanValue('sample', false, { userId: 'once' });
    };
    expect(await exposures(twice)).toBe(1);
    expect(await exposures(() => client.getBooleanValue('redesign', false, { targetingKey: 'once' }))).toBe(0);
  });

  test('for the context that hooks have completed', async () => {
    const hook: Hook = { before: () => ({ targetingKey: 'completed' }) };
    expect(await exposures(() => client.getBooleanValue('sample', false, {}, { hooks: [hook] }))).toBe(1);
    expect(await exposures(() => client.getBooleanValue('sample', false, { targetingKey: 'completed' }))).toBe(0);
  });

  test.each<[string, Hook]>([
    ['before', { before: () => Promise.reject(new Error('a broken hook')) }],
    ['after', { after: () => Promise.reject(new TypeMismatchError('a broken hook')) }],
  ])('not if a hook has failed that runs %s the evaluation', async (stage, hook) => {
    const context = { targetingKey: `broken ${stage}` };
    const broken = async () => {
      const details = await client.getBooleanDetails('sample', true, context, { hooks: [hook] });
      expect(details).toMatchObject({ value: true, reason: 'ERROR', errorMessage: 'a broken hook' });
    };
    expect(await exposures(broken)).toBe(0);
    expect(await exposures(() => client.getBooleanValue('sample', true, context))).toBe(1);
  });

  test('not for a value of another type', async () => {
    const details = () => client.getStringDetails('sample', 'mine', { targetingKey: 'another type' });
    expect(await exposures(details)).toBe(0);
  });

  test('of a provider among others', async () => {
    const providers = new MultiProvider([{ provider: new FlagledgerProvider(flags) }]);
    await OpenFeature.setProviderAndWait('among-others', providers);
    const others = OpenFeature.getClient('among-others');
    expect(await exposures(() => others.getBooleanValue('sample', false, { targetingKey: 'among others' }))).toBe(1);
  });

  test('and counted by the server', async () => {
    await client.getBooleanValue('sample', false, { targetingKey: 'counted' });
    await flags.flush();
    const { exposures, accepted, rejected } = flags.stats();
    expect({ accepted, rejected }).toEqual({ accepted: exposures, rejected: 0 });
  });
});

test('telemetry of OpenFeature names the context, the flag set and the version', async () => {
  const attributes: Record<string, unknown>[] = [];
  const hook: Hook = {
    finally: (context, details) => {
      attributes.push(createEvaluationEvent(context, details).attributes);
    },
  };
  await client.getBooleanValue('redesign', true, { userId: 'u7' }, { hooks: [hook] });
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

test('a client of the application is flushed and left open', async () => {
  await using own = createFlagClient({ url: server.url, sdkKey: key, flushIntervalMs: 60_000 });
  await OpenFeature.setProviderAndWait('own', new FlagledgerProvider(own));
  const context = { targetingKey: 'flushed' };
  OpenFeature.getClient('own').track('invoice.paid', context, { value: 12.5, failed: false, currency: 'EUR' });
  expect(own.stats()).toMatchObject({ events: 1, accepted: 0 });
  const provider = OpenFeature.getProvider('own');
  await provider.onClose?.();
  expect(own.stats()).toMatchObject({ events: 1, accepted: 1, rejected: 0 });
  expect(own.isEnabled('new-pdf-engine', { accountId: 'a', staff: true })).toBe(true);
  expect(own.status().connected).toBe(true);
});
