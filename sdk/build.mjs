// Builds the package in the current folder: ES modules and CommonJS from the
// same sources, each with its declarations. One file of ours and the compiler,
// because a library needs no bundler: its users have one.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
const formats = {
  esm: ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
  cjs: ['--module', 'commonjs', '--moduleResolution', 'bundler'],
};

rmSync('dist', { recursive: true, force: true });
for (const [format, options] of Object.entries(formats)) {
  const outDir = `dist/${format}`;
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', outDir, ...options], { stdio: 'inherit' });
  mkdirSync(outDir, { recursive: true });
  // What a .js file is, the nearest package.json says.
  const type = format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(`${outDir}/package.json`, `${JSON.stringify({ type, sideEffects: false })}\n`);
}
if (existsSync('../../LICENSE')) {
  copyFileSync('../../LICENSE', 'LICENSE');
}
