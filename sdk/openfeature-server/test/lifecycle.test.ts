import { createFlagClient } from '@flagledger/node';
import { type Server, startServer } from '@flagledger/testkit';
import { type Client, ErrorCode, OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FlagledgerProvider } from '../src/index.js';
import { itemsOf, until } from './meter.js';

let server: Server;
let key: string;

beforeEach(async () => {
  server = await startServer();
  await server.cli('flag', 'create', 'banner');
  await server.cli('flag', 'on', 'banner', '--env', 'production');
  key = await server.key('server');
});

afterEach(async () => {
  await OpenFeature.clearProviders();
  await server[Symbol.asyncDispose]();
});

/** A client of a domain, and what its provider tells. */
function hear(domain: string): { client: Client; heard: string[] } {
  const client = OpenFeature.getClient(domain);
  const heard: string[] = [];
  client.addHandler(ProviderEvents.Ready, () => void heard.push('ready'));
  client.addHandler(ProviderEvents.Stale, () => void heard.push('stale'));
  client.addHandler(ProviderEvents.Error, () => void heard.push('error'));
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
    const flags = details?.flagsChanged as string[] | undefined;
    heard.push(['changed', ...(flags ?? [])].join(' '));
  });
  return { client, heard };
}

const isOn = (client: Client) => client.getBooleanValue('banner', false);

test('a change is told with its flags, and effective by then', async () => {
  const { client, heard } = hear('change');
  await OpenFeature.setProviderAndWait('change', new FlagledgerProvider({ url: server.url, sdkKey: key }));
  expect(await isOn(client)).toBe(true);
  await server.cli('flag', 'kill', 'banner', '--env', 'production');
  await until('the change is told', () => heard.includes('changed banner'));
  expect(await isOn(client)).toBe(false);
  expect(heard).toEqual(['ready', 'changed banner']);
});

test('a server that dies leaves the provider stale and serving, one that is back makes it ready', async () => {
  const { client, heard } = hear('lost');
  await OpenFeature.setProviderAndWait('lost', new FlagledgerProvider({ url: server.url, sdkKey: key }));
  await server.kill();
  await until('the provider is stale', () => client.providerStatus === ProviderStatus.STALE);
  const details = await client.getBooleanDetails('banner', false);
  expect(details).toMatchObject({ value: true, reason: 'STATIC', flagMetadata: { stale: true } });
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(heard).toEqual(['ready', 'stale', 'ready']);
  expect((await client.getBooleanDetails('banner', false)).flagMetadata).not.toHaveProperty('stale');
});

test('without a server there is an error, until there is one', async () => {
  await server.kill();
  const { client, heard } = hear('late');
  const provider = new FlagledgerProvider({ url: server.url, sdkKey: key, initTimeoutMs: 100 });
  const set = OpenFeature.setProviderAndWait('late', provider);
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_NOT_READY });
  expect(client.providerStatus).toBe(ProviderStatus.ERROR);
  const details = await client.getBooleanDetails('banner', false);
  expect(details).toMatchObject({ value: false, errorCode: ErrorCode.PROVIDER_NOT_READY });
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(await isOn(client)).toBe(true);
  expect(heard).toContain('error');
});

test('with a bootstrapped ruleset and no server the provider is stale at once', async () => {
  const headers = { Authorization: `Bearer ${key}` };
  const bootstrap = await (await fetch(`${server.url}/api/v1/ruleset`, { headers })).json();
  await server.kill();
  const { client, heard } = hear('bootstrapped');
  const provider = new FlagledgerProvider({ url: server.url, sdkKey: key, bootstrap });
  await OpenFeature.setProviderAndWait('bootstrapped', provider);
  expect(await isOn(client)).toBe(true);
  await until('the provider is stale', () => client.providerStatus === ProviderStatus.STALE);
  await server.start();
  await until('the provider is ready', () => client.providerStatus === ProviderStatus.READY);
  expect(heard.slice(0, 2)).toEqual(['ready', 'stale']);
});

test('a refused key is fatal', async () => {
  const { client } = hear('refused');
  const provider = new FlagledgerProvider({ url: server.url, sdkKey: 'fl_server_nobody' });
  const set = OpenFeature.setProviderAndWait('refused', provider);
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL });
  expect(client.providerStatus).toBe(ProviderStatus.FATAL);
  const details = await client.getBooleanDetails('banner', false);
  expect(details).toMatchObject({ value: false, errorCode: ErrorCode.PROVIDER_FATAL });
});

test('options that cannot be used are fatal', async () => {
  const provider = new FlagledgerProvider({ url: 'flags.example.com', sdkKey: key });
  const set = OpenFeature.setProviderAndWait('unusable', provider);
  await expect(set).rejects.toMatchObject({ code: ErrorCode.PROVIDER_FATAL, message: expect.stringContaining('url') });
});

test('a key that is revoked later is an error, and flags go on', async () => {
  const { client, heard } = hear('revoked');
  await OpenFeature.setProviderAndWait('revoked', new FlagledgerProvider({ url: server.url, sdkKey: key }));
  const { keys } = JSON.parse(await server.cli('token', 'list', '--json')) as { keys: { id: string; name: string }[] };
  await server.cli('token', 'revoke', keys.find(({ name }) => name === 'test-server')?.id ?? '');
  await server.kill();
  await server.start();
  await until('the provider has an error', () => client.providerStatus === ProviderStatus.ERROR);
  expect(heard.at(-1)).toBe('error');
  expect(await isOn(client)).toBe(true);
});

test('a provider closes the client it has opened, and can be set again', async () => {
  const provider = new FlagledgerProvider({ url: server.url, sdkKey: key });
  await OpenFeature.setProviderAndWait('again', provider);
  const { client } = hear('again');
  client.track('invoice.paid', { targetingKey: 'u' }, { value: 3 });
  await provider.onClose();
  expect(await itemsOf(server, 'event', 'accepted')).toBe(1);
  expect(await client.getBooleanDetails('banner', false)).toMatchObject({ errorCode: ErrorCode.PROVIDER_NOT_READY });
  await provider.initialize();
  expect(await isOn(client)).toBe(true);
});

test('a provider that is closed while it waits does not become ready', async () => {
  await server.kill();
  const provider = new FlagledgerProvider({ url: server.url, sdkKey: key });
  const initialized = provider.initialize();
  await provider.onClose();
  await expect(initialized).rejects.toMatchObject({ code: ErrorCode.PROVIDER_NOT_READY });
});

test('several domains have providers of their own, and may share one', async () => {
  await using staging = createFlagClient({ url: server.url, sdkKey: await server.key('server', 'staging') });
  const shared = new FlagledgerProvider({ url: server.url, sdkKey: key });
  await OpenFeature.setProviderAndWait('billing', shared);
  await OpenFeature.setProviderAndWait('mail', shared);
  await OpenFeature.setProviderAndWait('preview', new FlagledgerProvider(staging));
  const [billing, mail, preview] = [hear('billing'), hear('mail'), hear('preview')];
  expect(await Promise.all([billing, mail, preview].map(({ client }) => isOn(client)))).toEqual([true, true, false]);
  await server.cli('flag', 'on', 'banner', '--env', 'staging');
  await until('staging is told', () => preview.heard.includes('changed banner'));
  expect(await isOn(preview.client)).toBe(true);
  await server.cli('flag', 'kill', 'banner', '--env', 'production');
  await until('both are told', () => [billing, mail].every(({ heard }) => heard.includes('changed banner')));
  expect(await Promise.all([billing, mail, preview].map(({ client }) => isOn(client)))).toEqual([false, false, true]);
});
