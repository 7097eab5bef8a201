// What the numbers should be, and the table of what they are.

/** Each engine, and how many times faster than it the evaluator should be. */
export const engines = {
  noop: undefined,
  flagledger: undefined,
  'flagledger-node': undefined,
  launchdarkly: 5,
  growthbook: 5,
  unleash: 5,
  statsig: 5,
  flagd: 2.5,
};

const single = ['a_off', 'b_percent', 'c_ab', 'd_rule', 'e_allow3', 'f_allow10k'];
const columns = [...single, 'g_rules50', 'h_all1000', 'context'];

/** Each target: what it is about, the number, its limit and whether it is met. */
export function targets(medians) {
  const ours = medians.flagledger;
  const list = single.map((name) => limit(`${name}: ns`, ours[name], 300));
  list.push(limit('h_all1000: ms', ours.h_all1000 / 1e6, 0.5));
  // The difference of a hash of 30 bytes and its noise, not of 9,997 entries.
  list.push(limit('f_allow10k: times e_allow3', ours.f_allow10k / ours.e_allow3, 1.5));
  for (const [engine, factor] of Object.entries(engines)) {
    for (const name of factor ? single : []) {
      const ratio = medians[engine][name] / ours[name];
      list.push({ what: `${name}: times faster than ${engine}`, got: ratio, limit: factor, met: ratio >= factor });
    }
  }
  return list;
}

const limit = (what, got, most) => ({ what, got, limit: most, met: got < most });

const show = (ns) =>
  ns === undefined
    ? ''
    : ns < 1e3
      ? `${ns.toFixed(0)}`
      : ns < 1e6
        ? `${(ns / 1e3).toFixed(1)}k`
        : `${(ns / 1e6).toFixed(2)}M`;

function table(head, rows) {
  const width = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i].length)));
  const line = (cells) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(width[i]) : cell.padStart(width[i]))).join(' | ')} |`;
  console.log([line(head), `|${width.map((n) => '-'.repeat(n + 2)).join('|')}|`, ...rows.map(line)].join('\n'));
}

export function tell(medians) {
  console.log(`Node ${process.version}, one thread, nanoseconds an evaluation (h: all of 1,000 flags)\n`);
  table(
    ['engine', ...columns],
    Object.entries(medians).map(([engine, row]) => [engine, ...columns.map((name) => show(row[name]))]),
  );
  console.log('\nTimes faster than the engine: flagledger, case by case\n');
  table(
    ['engine', 'wanted', ...columns.slice(0, -1)],
    Object.entries(engines)
      .filter(([, factor]) => factor)
      .map(([engine, factor]) => [
        engine,
        `${factor}x`,
        ...columns.slice(0, -1).map((name) => `${(medians[engine][name] / medians.flagledger[name]).toFixed(1)}x`),
      ]),
  );
  const list = targets(medians);
  const missed = list.filter((target) => !target.met);
  console.log(`\n${list.length - missed.length} of ${list.length} targets met`);
  for (const { what, got, limit } of missed) {
    console.log(`  not met: ${what} is ${got.toFixed(2)}, wanted ${limit}`);
  }
}
