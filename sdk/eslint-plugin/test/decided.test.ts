import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fixed, original } from './decided.js';

const repository = resolve(import.meta.dirname, '../../..');

test('a decided flag leaves the example by "eslint --fix", and the rest compiles and works', {
  timeout: 180_000,
}, async () => {
  // Beside the example, so that what it imports is found.
  const folder = mkdtempSync(join(repository, 'examples', 'decided-'));
  try {
    const changed = (await fixed(folder)).map((path) => relative(folder, path));
    expect(changed).toEqual(['web/dashboard.tsx']);
    const before = original('web/dashboard.tsx');
    expect(readFileSync(join(folder, 'web/dashboard.tsx'), 'utf8')).toBe(
      before
        .replace("import { useVariant } from '@flagledger/react';\n", '')
        .replace("import { flag } from '../shared/flag.js';\n", '')
        .replace("import { ClassicDashboard } from './classic.js';\n", '')
        .replace("  const isRedesigned = useVariant(flag.dashboard) === 'redesign';\n", '')
        .replace('isRedesigned ? Redesign : ClassicDashboard', 'Redesign'),
    );
    const tsc = createRequire(join(repository, 'package.json'))
      .resolve('typescript/package.json')
      .replace('package.json', 'bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')], { stdio: 'pipe' });
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    const tests = ['api', 'pdf', 'search'].map((name) => join(folder, 'test', `${name}.test.ts`));
    execFileSync(process.execPath, [vitest, 'run', ...tests], { cwd: repository, stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
