import { type Server, startServer } from '@flagledger/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlagClient, type FlagClient } from '../src/index.js';

let server: Server;
let client: FlagClient;
let clientKey = '';
beforeAll(async () => {
  server = await startServer();
  clientKey = await server.key('client');
  const flags: [string, ...string[]][] = [
    ['half'],
    ['off'],
    ['by-account'],
    ['theme', '--type', 'json', '--variant', 'a={"color":"red"}', '--variant', 'b={}'],
    ['text', '--type', 'string', '--variant', 'hello=</script>', '--variant', 'none=x'],
  ];
  for (const flag of flags) {
    await server.cli('flag', 'create', ...flag);
  }
  await server.cli('flag', 'on', 'theme', '--env', 'production');
  await server.cli('flag', 'on', 'text', '--env', 'production');
  await server.cli('rollout', 'start', 'half', '--env', 'production');
  await server.cli('rollout', 'start', 'by-account', '--env', 'production', '--by', 'accountId');
  client = createFlagClient({ url: server.url, sdkKey: await server.key('server') });
  await client.ready;
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

/** All flags as the server evaluates them for a browser. */
async function answered(context: Record<string, string>): Promise<{ key: string }[]> {
  const response = await fetch(`${server.url}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${clientKey}`,
      'content-type': 'application/json',
      'flagledger-exposures': 'caller',
    },
    body: JSON.stringify({ context }),
  });
  return ((await response.json()) as { flags: { key: string }[] }).flags;
}

describe('a bootstrap', () => {
  it.each([
    ['a user', { targetingKey: 'u1', accountId: 'acme' }],
    ['another user', { targetingKey: 'u2', accountId: 'globex' }],
    ['a user without an account', { targetingKey: 'u3' }],
  ])('is what the server answers a browser for %s', async (_, context) => {
    const { flags, revision, ...rest } = client.bootstrap(context);
    const details = (all: readonly object[]) => all.map((flag) => ({ ...flag, errorDetails: undefined }));
    expect(details(flags)).toEqual(details(await answered(context)));
    expect(flags).toHaveLength(5);
    expect(rest).toEqual({ context });
    expect(revision).toBe(client.status().revision);
  });

  it('reports nothing', () => {
    client.bootstrap({ userId: 'u9' });
    expect(client.stats()).toMatchObject({ exposures: 0, events: 0 });
  });
});

describe('a kill switch', () => {
  it('has reached the client when the command returns', async () => {
    expect(client.isEnabled('theme', {}, true)).toBe(true);
    expect(client.value('theme', {}, {})).toEqual({ color: 'red' });
    const said = await server.cli('flag', 'kill', 'theme', '--env', 'production');
    expect(client.value('theme', {}, {})).toEqual({});
    expect(said).toContain('is in force on 1 of 1 evaluators');
  });
});
