// Compares the engines: node bench.mjs [--rounds N] [--json]. The rounds are
// interleaved, one process for each engine and round, so that what else the
// machine does spreads over all of them; the median of the rounds counts.
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { engines, targets, tell } from './targets.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const run = promisify(execFile);

async function measure(engine) {
  const { stdout } = await run(process.execPath, [
    '--expose-gc',
    new URL('measure.mjs', import.meta.url).pathname,
    engine,
  ]);
  return JSON.parse(stdout);
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const samples = Object.fromEntries(Object.keys(engines).map((engine) => [engine, []]));
for (let round = 0; round < Number(options.rounds); round++) {
  for (const engine of Object.keys(engines)) {
    samples[engine].push(await measure(engine));
    process.stderr.write('.');
  }
}
process.stderr.write('\n');

const medians = {};
for (const [engine, rounds] of Object.entries(samples)) {
  medians[engine] = {};
  for (const name of Object.keys(rounds[0])) {
    medians[engine][name] = median(rounds.map((round) => round[name]));
  }
}
if (options.json) {
  console.log(JSON.stringify({ node: process.version, nanoseconds: medians, targets: targets(medians) }, null, 2));
} else {
  tell(medians);
}
