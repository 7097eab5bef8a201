import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eslint } from './lint.js';
import { flags } from './tester.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flags-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const code = `f(flags.isEnabled('on'), flags.isEnabled('nobody'));\n`;

async function messages(file: string): Promise<(string | null)[]> {
  const results = await eslint(folder, { file }).lintText(code, { filePath: 'a.ts' });
  return results.flatMap((r) => r.messages.map((m) => `${m.ruleId?.split('/')[1]}: ${m.message}`));
}

const stale = 'no-stale-flag: Flag "on" is stale: it serves "on" to everybody. Everybody gets true.';

test('the file is read, and read again when it has changed', async () => {
  const path = join(folder, 'f.json');
  writeFileSync(path, JSON.stringify({ project: 'shop', flags }));
  expect(await messages('f.json')).toEqual([stale, 'no-unknown-flag: Flag "nobody" does not exist.']);
  writeFileSync(path, JSON.stringify({ flags: [...flags, { key: 'nobody', lifecycle: 'live' }] }));
  utimesSync(path, new Date(), new Date(statSync(path).mtimeMs + 2000));
  expect(await messages('f.json')).toEqual([stale]);
});

test('a file that is missing or broken is said once, with what to do', async () => {
  const missing = await messages('none.json');
  expect(missing).toHaveLength(1);
  expect(missing[0]).toContain(
    'there is no file none.json with the state of flags: make it with "flagledger hygiene report --json > none.json".',
  );
  expect(await messages('none.json')).toEqual([]);
  writeFileSync(join(folder, 'bad.json'), '{"flags":[{"name":"x"}]}');
  expect((await messages('bad.json'))[0]).toContain(
    'bad.json does not hold the state of flags (the flag {"name":"x"} has no key or lifecycle)',
  );
  writeFileSync(join(folder, 'worse.json'), '{"flags":');
  expect((await messages('worse.json'))[0]).toContain('worse.json does not hold the state of flags (');
});
