import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { expect, test } from 'vitest';

test('the browser client is small', async () => {
  const entry = new URL('../../src/browser/index.ts', import.meta.url).pathname;
  const result = (await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: true, target: 'es2022', lib: { entry, formats: ['iife'], name: 'flagledger' } },
  })) as Rollup.RollupOutput[];
  const bytes = gzipSync(result[0]?.output[0].code ?? '', { level: 9 }).length;
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThan(5250);
});
