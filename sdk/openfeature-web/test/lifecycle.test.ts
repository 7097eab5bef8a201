import { setImmediate } from 'node:timers/promises';
import { type Server, startServer } from '@flagledger/testkit';
import { type Client, ErrorCode, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/web-sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../openfeature-server/test/meter.js';
import { FlagledgerWebProvider, type FlagledgerWebProviderOptions } from '../src/index.js';

let server: Server;
let clientKey: string;

beforeEach(async () => {
  server = await startServer();
  await server.cli('flag', 'create', 'banner');
  await server.cli('flag', 'set', 'banner', '--env', 'production', '--on', '--rule', 'guest: plan in guest => off');
  clientKey = await server.key('client');
  await OpenFeature.clearContexts();
});

afterEach(async () => {
  await OpenFeature.clearProviders();
  await server[Symbol.asyncDispose]();
});

const quiet = { warn: () => {} };

function providerOf(options: Partial<FlagledgerWebProviderOptions> = {}): FlagledgerWebProvider {
  return new FlagledgerWebProvider({ url: server.url, clientKey, logger: quiet, ...options });
}

/** A client of a domain, and what its provider tells from now on. */
async function hear(domain: string): Promise<{ client: Client; heard: string[] }> {
  const client = OpenFeature.getClient(domain);
  const heard: string[] = [];
  client.addHandler(ProviderEvents.Ready, () => void heard.push('ready'));
  client.addHandler(ProviderEvents.Stale, () => void heard.push('stale'));
  client.addHandler(ProviderEvents.Error, () => void heard.push('error'));
  client.addHandler(ProviderEvents.Reconciling, () => void heard.push('reconciling'));
  client.addHandler(ProviderEvents.ContextChanged, () => void heard.push('context changed'));
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    const flags = details?.flagsChanged as string[] | undefined;
    heard.push(['changed', ...(flags ?? [])].join(' '));
  });
  await setImmediate(); // a handler hears at once of the state that there is
  heard.length = 0;
  return { client, heard };
}

const isOn = (client: Client) => client.getBooleanValue('banner', false);

test('a change is told with its flags, and effective by then', async () => {
  const { client, heard } = await hear('change');
  await OpenFeature.setProviderAndWait('change', providerOf());
  expect(isOn(client)).toBe(true);
  await server.cli('flag', 'kill', 'banner', '--env', 'production', '--wait', '0s');
  await until('the change is told', () => heard.includes('changed banner'));
  expect(isOn(client)).toBe(false);
  expect(heard).toEqual(['ready', 'changed banner']);
});

test('a change of the context is told as such, and effective by then', async () => {
  const { client, heard } = await hear('context');
  await OpenFeature.setProviderAndWait('context', providerOf());
  await OpenFeature.setContext('context', { plan: 'guest' });
  expect(isOn(client)).toBe(false);
  await OpenFeature.setContext('context', { plan: 'pro' });
  expect(isOn(client)).toBe(true);
  expect(heard).toEqual(['ready', ...Array(2).fill(['reconciling', 'context changed']).flat()]);
});

test('of contexts set at once the last one counts', async () => {
  const { client } = await hear('last');
  await OpenFeature.setProviderAndWait('last', providerOf());
  const all = ['pro', 'guest', 'pro', 'guest'].map((plan) => OpenFeature.setContext('last', { plan }));
  await Promise.all(all);
  expect(isOn(client)).toBe(false);
  expect(client.providerStatus).toBe(ProviderStatus.READY);
});

test('a server that dies leaves the provider stale and serving, one that is back makes it ready', async () => {
  const { client, heard } = await hear('lost');
  await OpenFeature.setProviderAndWait('lost', providerOf());
  await server.kill();
  await until('the provider is stale', () => client.providerStatus === ProviderStatus.STALE);
  const details = client.getBooleanDetails('banner', false);
  expect(details).toMatchObject({ value: true, flagMetadata: { stale: true } });
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(heard).toEqual(['ready', 'stale', 'ready']);
});

test('a context that cannot be evaluated is an error, until it can', async () => {
  const { client } = await hear('unevaluated');
  await OpenFeature.setProviderAndWait('unevaluated', providerOf());
  await server.kill();
  await OpenFeature.setContext('unevaluated', { plan: 'guest' });
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  expect(isOn(client)).toBe(true); // the answer for the old context
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(isOn(client)).toBe(false);
});

test('without a server there is an error, until there is one', async () => {
  await server.kill();
  const { client, heard } = await hear('late');
  const set = OpenFeature.setProviderAndWait('late', providerOf());
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_NOT_READY });
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  const details = client.getBooleanDetails('banner', false);
  expect(details).toMatchObject({ value: false, errorCode: ErrorCode.PROVIDER_NOT_READY });
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(isOn(client)).toBe(true);
  expect(heard).toEqual(['error', 'ready', 'changed banner']);
});

test('a bootstrap answers at once, and is stale if the server does not confirm it', async () => {
  await server.kill();
  const { client, heard } = await hear('bootstrapped');
  const flags = [{ key: 'banner', value: true, reason: 'STATIC', variant: 'on', metadata: { version: '7' } }] as const;
  const bootstrap = { context: {}, flags, revision: '7' };
  await OpenFeature.setProviderAndWait('bootstrapped', providerOf({ bootstrap }));
  expect(isOn(client)).toBe(true);
  await until('the provider is stale', () => client.providerStatus === ProviderStatus.STALE);
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(heard.slice(0, 3)).toEqual(['ready', 'stale', 'ready']);
});

test('a refused key is fatal', async () => {
  const { client } = await hear('refused');
  const set = OpenFeature.setProviderAndWait('refused', providerOf({ clientKey: 'fl_client_nobody' }));
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
  expect(client.providerStatus).toBe(ProviderStatus.FATAL);
  expect(client.getBooleanDetails('banner', true).errorCode).toBe(ErrorCode.PROVIDER_FATAL);
});

test('options that cannot be used are fatal', async () => {
  const set = OpenFeature.setProviderAndWait('unusable', providerOf({ clientKey: await server.key('server') }));
  const message = expect.stringContaining('clientKey');
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL, message });
});

test('a key that is revoked later is an error, and flags go on', async () => {
  const { client, heard } = await hear('revoked');
  await OpenFeature.setProviderAndWait('revoked', providerOf());
  const { keys } = JSON.parse(await server.cli('token', 'list', '--json')) as { keys: { id: string; name: string }[] };
  await server.cli('token', 'revoke', keys.find(({ name }) => name === 'test-client')?.id ?? '');
  await server.kill();
  await server.start();
  await until('the provider has an error', () => client.providerStatus === ProviderStatus.ERROR);
  expect(heard.at(-1)).toBe('error');
  expect(isOn(client)).toBe(true);
});

test('a provider that is closed answers nothing, and can be set again', async () => {
  const provider = providerOf();
  await OpenFeature.setProviderAndWait('again', provider);
  const client = OpenFeature.getClient('again');
  await provider.onClose();
  expect(client.getBooleanDetails('banner', false)).toMatchObject({ errorCode: ErrorCode.PROVIDER_NOT_READY });
  await provider.initialize();
  expect(isOn(client)).toBe(true);
});

test('domains have providers, contexts and environments of their own', async () => {
  await OpenFeature.setContext('shop', { plan: 'pro' });
  await OpenFeature.setContext('guests', { plan: 'guest' });
  const shared = providerOf();
  await OpenFeature.setProviderAndWait('shop', shared);
  await OpenFeature.setProviderAndWait('guests', providerOf());
  await OpenFeature.setProviderAndWait('preview', providerOf({ clientKey: await server.key('client', 'staging') }));
  const clients = ['shop', 'guests', 'preview'].map((domain) => OpenFeature.getClient(domain));
  expect(clients.map(isOn)).toEqual([true, false, false]);
  const { heard } = await hear('preview');
  await server.cli('flag', 'on', 'banner', '--env', 'staging');
  await until('staging is told', () => heard.includes('changed banner'));
  expect(clients.map(isOn)).toEqual([true, false, true]);
  expect(() => OpenFeature.setProvider('another', shared)).toThrow();
});
