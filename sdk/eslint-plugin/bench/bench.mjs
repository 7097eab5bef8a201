// How long the rules take for a file, beside ESLint with one rule that does
// nothing, in the same run: npm run bench -w eslint-plugin-flagledger, after make sdk.
import { ESLint, Linter } from 'eslint';
import plugin from '../dist/esm/index.js';

const files = 500;
const rounds = 5;

/** A module of some 120 lines, as services have them; one in five evaluates flags. */
function source(n) {
  const lines = [`import { load } from './module${n + 1}.js';`, `export const name${n} = 'module-${n}';`];
  for (let f = 0; f < 12; f++) {
    lines.push(
      `export function step${f}(input, options = {}) {`,
      `  const total = input.items.reduce((sum, item) => sum + item.value * (options.rate ?? 1), 0);`,
      n % 5 === 0 && f % 4 === 0
        ? `  if (options.flags.isEnabled('flag-${(n + f) % 100}', { userId: input.user })) {`
        : `  if (total > ${100 * f} && options.strict) {`,
      `    return { total, rows: input.items.map((item) => ({ ...item, value: load(item.value) })) };`,
      `  }`,
      `  for (const item of input.items) {`,
      `    console.log(item.name, total, options.label || 'none');`,
      `  }`,
      `  return { total, rows: [] };`,
      `}`,
    );
  }
  return lines.join('\n');
}

const flags = Array.from({ length: 100 }, (_, i) => ({
  key: `flag-${i}`,
  lifecycle: i % 10 === 0 ? 'stale' : 'live',
  decided: { variant: 'on', value: true },
}));
const sources = Array.from({ length: files }, (_, n) => source(n));
const idle = { create: () => ({ CallExpression() {} }) };
const bare = [{ plugins: { idle: { rules: { a: idle } } }, rules: { 'idle/a': 'error' } }];
const ours = [{ ...plugin.configs.recommended, settings: { flagledger: { flags } } }];

/** Milliseconds a file. */
function measure(config) {
  const linter = new Linter();
  const began = performance.now();
  let found = 0;
  for (const [n, code] of sources.entries()) {
    found += linter.verify(code, config, { filename: `src/module${n}.js` }).length;
  }
  return { ms: (performance.now() - began) / files, found };
}

const results = [];
for (let round = 0; round <= rounds; round++) {
  const without = measure(bare);
  const with_ = measure(ours);
  if (round > 0) {
    results.push({ without: without.ms, with: with_.ms, rules: with_.ms - without.ms, found: with_.found });
  }
}
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
const of = (name) => median(results.map((r) => r[name])).toFixed(3);
console.log(
  `ESLint ${ESLint.version}, ${files} files of ${sources[0].split('\n').length} lines, median of ${rounds} rounds, milliseconds a file`,
);
console.log(`  an idle rule ${of('without')}`);
console.log(`  three rules  ${of('with')}`);
console.log(`  the rules    ${of('rules')}  (target below 1; ${results[0].found} uses found)`);
