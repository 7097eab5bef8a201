// Measures one engine in a process of its own, so that neither its garbage nor
// its effect on the compiler reaches another: node measure.mjs ENGINE. First it
// proves that the engine answers what it should; prints nanoseconds as JSON.
import { cases, expected, thousand, users } from './flags.mjs';

const warmUpMs = 150;
const measureMs = 150;

const { create } = await import(`./engines/${process.argv[2]}.mjs`);

/** Every answer that no hash decides must be right, and every split near its percentage. */
async function agree(engine, flags, users) {
  for (const flag of flags) {
    const count = new Map();
    for (const user of users) {
      const got = await engine.evaluate(flag, engine.context(user));
      const want = expected(flag, user);
      if (want !== undefined && got !== want) {
        throw new Error(`${process.argv[2]}: ${flag.key} is ${got} for ${JSON.stringify(user)}, want ${want}`);
      }
      count.set(got, (count.get(got) ?? 0) + 1);
    }
    for (const { value, percent } of flag.split?.parts ?? []) {
      const share = (100 * (count.get(value) ?? 0)) / users.length;
      const deviation = 5 * Math.sqrt((percent * (100 - percent)) / users.length);
      if (Math.abs(share - percent) > deviation) {
        throw new Error(`${process.argv[2]}: ${flag.key} serves ${value} to ${share}% of the users, want ${percent}%`);
      }
    }
  }
}

let sink;

function loop(run, contexts) {
  const start = performance.now();
  let calls = 0;
  do {
    for (let i = 0; i < contexts.length; i++) {
      sink = run(contexts[i]);
    }
    calls += contexts.length;
  } while (performance.now() - start < measureMs);
  return ((performance.now() - start) * 1e6) / calls;
}

async function loopAsync(run, contexts) {
  const start = performance.now();
  let calls = 0;
  do {
    for (let i = 0; i < contexts.length; i++) {
      sink = await run(contexts[i]);
    }
    calls += contexts.length;
  } while (performance.now() - start < measureMs);
  return ((performance.now() - start) * 1e6) / calls;
}

async function measure(engine, run, contexts) {
  const time = engine.asynchronous ? loopAsync : loop;
  for (const start = performance.now(); performance.now() - start < warmUpMs; ) {
    await time(run, contexts.slice(0, 64));
  }
  globalThis.gc?.();
  return time(run, contexts);
}

const isNoop = process.argv[2] === 'noop';
const result = {};

async function measureCases() {
  const engine = await create(cases);
  if (!isNoop) {
    await agree(engine, cases, users);
  }
  const contexts = users.map((user) => engine.context(user));
  for (const flag of cases) {
    result[flag.key] = await measure(engine, (context) => engine.evaluate(flag, context), contexts);
  }
  result.context = await measure({}, engine.context, users);
  await engine.close?.();
}

async function measureAll() {
  const engine = await create(thousand);
  if (!engine.all) {
    return engine.close?.();
  }
  if (!isNoop) {
    await agree(engine, thousand, users.slice(0, 16));
  }
  const contexts = users.slice(0, 64).map((user) => engine.context(user));
  const n = await engine.all(contexts[0]);
  if (n !== thousand.length && n !== thousand.filter((flag) => flag.on).length) {
    throw new Error(`${process.argv[2]} answers ${n} of ${thousand.length} flags`);
  }
  result.h_all1000 = await measure(engine, (context) => engine.all(context), contexts);
  return engine.close?.();
}

await measureCases();
await measureAll();
process.stdout.write(JSON.stringify(result), () => process.exit(sink === globalThis ? 1 : 0));
