// Measures how long a change takes from the command on the server to a changed
// value: in a Node process and in the DOM of a page, beside the floor of both,
// the first byte of the ruleset's stream. node propagation.mjs [--changes N] [--json]
import { parseArgs } from 'node:util';
import { createFlagClient } from '@flagledger/node';
import { startServer } from '@flagledger/testkit';
import { openPage } from './browser.mjs';
import { now, Watch } from './watch.mjs';

const { values: options } = parseArgs({
  options: { changes: { type: 'string', default: '200' }, json: { type: 'boolean', default: false } },
});
const targetMs = 200;

const server = await startServer();
await server.cli('flag', 'create', 'measured', '--owner', 'bench', '--description', 'switched to and fro');
const watches = { 'stream, first byte': new Watch(), 'Node SDK': new Watch(), 'React page': new Watch() };

async function followStream(watch) {
  const key = await server.key('server');
  const response = await fetch(`${server.url}/api/v1/ruleset/stream`, { headers: { Authorization: `Bearer ${key}` } });
  const decoder = new TextDecoder();
  (async () => {
    for await (const chunk of response.body) {
      const on = decoder.decode(chunk, { stream: true }).match(/"on":(true|false)/);
      if (on) {
        watch.see(on[1] === 'true');
      }
    }
  })().catch(() => {}); // the server ends it
}

async function followNode(watch) {
  const client = createFlagClient({ url: server.url, sdkKey: await server.key('server') });
  await client.ready;
  client.subscribe(() => watch.see(client.isEnabled('measured', { userId: 'u1' })));
  watch.see(client.isEnabled('measured', { userId: 'u1' }));
  return client;
}

await followStream(watches['stream, first byte']);
const client = await followNode(watches['Node SDK']);
const page = await openPage({ url: server.url, clientKey: await server.key('client') }, watches['React page']);

for (let i = 0; i < Number(options.changes); i++) {
  const on = i % 2 === 0;
  const begun = now();
  const waits = Object.values(watches).map((watch) => watch.until(on, begun));
  await server.call('POST', `/api/v1/projects/default/flags/measured/environments/production/${on ? 'on' : 'off'}`, {});
  await Promise.all(waits);
}
await page.close();
await client.close();
await server[Symbol.asyncDispose]();

const rows = Object.entries(watches).map(([what, watch]) => ({ what, ...watch.quantiles() }));
if (options.json) {
  console.log(JSON.stringify({ changes: Number(options.changes), milliseconds: rows, targetMs }));
} else {
  console.log(`From the command on the server to the changed value, ${options.changes} changes, milliseconds\n`);
  console.log('| where              |    p50 |    p99 |    max | wanted |');
  console.log('|--------------------|--------|--------|--------|--------|');
  for (const { what, p50, p99, max } of rows) {
    const numbers = [p50, p99, max].map((ms) => ms.toFixed(1).padStart(6)).join(' | ');
    console.log(
      `| ${what.padEnd(18)} | ${numbers} | ${what.startsWith('stream') ? ' floor' : p99 < targetMs ? '   met' : 'missed'} |`,
    );
  }
}
