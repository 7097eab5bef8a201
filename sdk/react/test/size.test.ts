import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test, vi } from 'vitest';

const here = import.meta.dirname;
const everything = `export * from '@flagledger/react';`;
const client = `export * from '@flagledger/core/browser';`;

/** What a page loads for `code`: minified and compressed bytes, without React. */
async function sizeOf(code: string): Promise<number> {
  const id = 'virtual:entry';
  const result = await build({
    root: here,
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: { '@flagledger/react': `${here}/../src/index.ts`, '@flagledger/core/browser': browserSource() },
    },
    plugins: [
      {
        name: 'entry',
        resolveId: (source) => (source === id ? id : null),
        load: (source) => (source === id ? code : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: { input: id, external: ['react', 'react/jsx-runtime'], preserveEntrySignatures: 'strict' },
    },
  });
  const chunks = [result].flat().flatMap((built) => ('output' in built ? built.output : []));
  const text = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
  return gzipSync(text, { level: 9 }).byteLength;
}

/** The sources of the client where they are, so that its size needs no build. */
function browserSource(): string {
  return `${here}/../../core/src/browser/index.ts`;
}

test('all that a page loads, React apart, stays below 6 KiB', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  const [all, core] = await Promise.all([sizeOf(everything), sizeOf(client)]);
  process.stdout.write(
    `@flagledger/react: ${all} bytes minified and gzipped, ${all - core} of them beside the client\n`,
  );
  expect(core).toBeGreaterThan(1000); // the client is in there
  expect(all).toBeLessThan(6144);
  expect(all - core).toBeLessThan(1024);
});
