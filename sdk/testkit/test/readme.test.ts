import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sdk = join(import.meta.dirname, '../..');
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');

/** Each package with its own types: those of a browser and of a server do not go together. */
const packages = ['core', 'node', 'openfeature-server', 'openfeature-web'];

test.each(packages)('the examples in the README of %s compile', (name) => {
  const folder = join(sdk, name, 'node_modules', '.examples'); // where packages of this one are found
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const readme = readFileSync(join(sdk, name, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  expect(examples.length).toBeGreaterThan(0);
  for (const [i, code] of examples.entries()) {
    writeFileSync(join(folder, `example${i}.mts`), code);
  }
  const compilerOptions = {
    noEmit: true,
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    types: ['node'],
    skipLibCheck: true,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, lib: ['es2023', 'dom'] }, include: ['*.mts'] }),
  );
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  } catch (err) {
    expect.fail((err as { stdout: string }).stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
