import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, type Server, startServer } from '@flagledger/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samples, sum } from '../src/pages/admin/samples.js';
import { sharesOf, withShare } from '../src/pages/flag/split.js';
import { records, verify } from '../src/pages/history/verify.js';
import { compare } from '../src/parts/diff.js';
import { duration, span } from '../src/parts/when.js';
import { schemaOf } from './schema.mjs';

let server: Server;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

it('has types of the API that the server has', async () => {
  const known = readFileSync(join(root, 'web', 'src', 'api', 'schema.d.ts'), 'utf8');
  expect(await schemaOf(server.url), 'run "npm run schema -w web"').toBe(known);
});

describe('a proof', () => {
  const headers = () => ({ Authorization: `Bearer ${server.token}` });
  const read = async (path: string) =>
    new Uint8Array(await (await fetch(server.url + path, { headers: headers() })).arrayBuffer());
  const text = async (path: string) => (await (await fetch(server.url + path, { headers: headers() })).text()).trim();

  /** The proof of an event, once a checkpoint is about it. */
  async function proof(seq: number): Promise<Uint8Array<ArrayBuffer>> {
    for (let i = 0; i < 100; i++) {
      const file = await read(`/api/v1/ledger/export?seq=${seq}`);
      if (new TextDecoder().decode(file).startsWith('ledger ')) return file;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no proof of event ${seq}`);
  }

  it('holds for each event, and for no changed byte of one', async () => {
    const key = await text('/api/v1/ledger/key');
    for (const seq of [1, 2, 5, 7]) {
      const file = await proof(seq);
      await expect(verify(String(seq), file, key)).resolves.toMatchObject({ seq: String(seq) });
      const event = records(file).find((r) => r.words[0] === 'event');
      const at = file.indexOf(event?.body[0] ?? 0, new TextDecoder().decode(file).indexOf('\nevent ') + 8);
      for (let i = at; i < at + (event?.body.length ?? 0); i += 7) {
        const forged = file.slice();
        forged[i] = (forged[i] ?? 0) ^ 1;
        await expect(verify(String(seq), forged, key)).rejects.toThrow();
      }
    }
  });

  it('does not hold with another key, or for another event', async () => {
    await using other = await startServer();
    const key = await text('/api/v1/ledger/key');
    const foreign = await (
      await fetch(`${other.url}/api/v1/ledger/key`, { headers: { Authorization: `Bearer ${other.token}` } })
    ).text();
    await expect(verify('2', await proof(2), foreign.trim())).rejects.toThrow('not signed with the key');
    await expect(verify('3', await proof(2), key)).rejects.toThrow('no proof');
  });
});

describe('a split', () => {
  const shares = fc
    .integer({ min: 2, max: 6 })
    .chain((n) => fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: n, maxLength: n }));

  it('is always the whole, whatever is set', () => {
    fc.assert(
      fc.property(shares, fc.nat(5), fc.double({ min: -10, max: 200_000, noNaN: true }), (weights, i, share) => {
        const names = weights.map((_, n) => `v${n}`);
        const before = sharesOf({ weights: weights.map((weight, n) => ({ variant: `v${n}`, weight })) }, names);
        const after = withShare(before, i % (weights.length - 1), share);
        for (const list of [before, after]) {
          expect(list.reduce((a, b) => a + b, 0)).toBe(100_000);
          expect(list.every((s) => s >= 0 && Number.isInteger(s))).toBe(true);
        }
      }),
    );
  });
});

describe('a comparison of texts', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

  it('gives both texts back', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const found = compare(before, after);
        expect(found.filter((l) => l.mark !== '+').map((l) => l.text)).toEqual(before);
        expect(found.filter((l) => l.mark !== '-').map((l) => l.text)).toEqual(after);
        if (before.join() === after.join()) expect(found.every((l) => l.mark === ' ')).toBe(true);
      }),
    );
  });
});

it('reads durations of Go, and writes them for people', () => {
  expect([duration('1h30m'), duration('24h0m0s'), duration('500ms'), duration(undefined)]).toEqual([
    5_400_000, 86_400_000, 500, 0,
  ]);
  expect([45_000, 3_600_000, 93_600_000, 90_000].map(span)).toEqual(['45 s', '1 h', '1 d 2 h', '1 min 30 s']);
});

it('reads the metrics of a server', async () => {
  const all = samples(
    await (await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.token}` } })).text(),
  );
  expect(sum(all, 'flagledger_workflow_leader')).toBe(1);
  expect(sum(all, 'flagledger_nothing')).toBeNull();
  expect(samples('a{b="c\\"d",e="f"} 1.5')).toEqual([{ name: 'a', labels: { b: 'c\\"d', e: 'f' }, value: 1.5 }]);
});

it('knows what the server calls its metrics', async () => {
  const page = readFileSync(join(root, 'web', 'src', 'pages', 'admin', 'system.tsx'), 'utf8');
  const asked = [...page.matchAll(/name: '(flagledger_\w+)'/g)].map((m) => m[1] ?? '');
  const headers = { Authorization: `Bearer ${server.token}` };
  const known = samples(await (await fetch(`${server.url}/metrics`, { headers })).text()).map((s) => s.name);
  const optional = ['flagledger_readmodels_seq', 'flagledger_evaluators_connected', 'flagledger_evaluators_current'];
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((name) => !known.includes(name) && !optional.includes(name))).toEqual([]);
});
