import { expect, test } from 'vitest';
import { startServer } from '../src/index.js';

test('a server starts, takes commands, survives a kill at its address and goes away', async () => {
  await using server = await startServer();
  await server.cli('flag', 'create', 'new-pdf-engine', '--owner', 'billing');
  const key = await server.key('server');
  const url = server.url;
  const ruleset = async () =>
    (await fetch(`${url}/api/v1/ruleset`, { headers: { Authorization: `Bearer ${key}` } })).json();
  const before = await ruleset();
  expect(Object.keys(before.flags)).toEqual(['new-pdf-engine']);
  await server.kill();
  await expect(ruleset()).rejects.toThrow();
  await server.start();
  expect(server.url).toBe(url);
  expect(await ruleset()).toEqual(before);
});
