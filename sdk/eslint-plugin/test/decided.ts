import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eslint } from './lint.js';

const example = resolve(import.meta.dirname, '../../../examples/invoicing');

/** The example's flags, with redesigned-dashboard decided for the redesign. */
const flags = [
  {
    key: 'redesigned-dashboard',
    lifecycle: 'stale' as const,
    decided: { variant: 'redesign', value: 'redesign', since: '2026-01-01T00:00:00Z' },
    findings: [{ rule: 'one-sided', message: 'serves "redesign" to everybody in every environment for 40 days' }],
  },
  ...['new-pdf-engine', 'ai-chatbot', 'bulk-invoice-api', 'maintenance-mode'].map((key) => ({
    key,
    lifecycle: 'live' as const,
  })),
];

/** Copies the example to a folder, removes the decided flag from it, and names the files that changed. */
export async function fixed(folder: string): Promise<string[]> {
  cpSync(example, folder, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
  writeFileSync(join(folder, 'flagledger.flags.json'), JSON.stringify({ project: 'invoicing', flags }));
  const results = await eslint(folder, {}, true).lintFiles(['server', 'shared', 'web']);
  const problems = results.flatMap((r) => r.messages.map((m) => `${r.filePath}:${m.line}: ${m.message}`));
  if (problems.length > 0) {
    throw new Error(problems.join('\n'));
  }
  const changed = results.filter((r) => r.output !== undefined);
  for (const { filePath, output } of changed) {
    writeFileSync(filePath, output ?? '');
  }
  return changed.map((r) => r.filePath);
}

/** A file of the example as it is. */
export const original = (path: string) => readFileSync(join(example, path), 'utf8');
