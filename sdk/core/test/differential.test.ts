import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { compile, type EvaluationContext, type Json, type Program, type Result, type Ruleset } from '../src/index.js';

const pairs = Number(process.env['DIFFTEST_PAIRS'] ?? 100_000);
const seed = process.env['DIFFTEST_SEED'] ?? '20261123';

/** One line of the generator: a ruleset, or a context with what Go answers under the last one. */
interface Line {
  readonly ruleset?: Ruleset;
  readonly context?: EvaluationContext;
  readonly answers?: readonly Answer[];
}

/** A result as Go writes it: without what is empty. */
interface Answer extends Partial<Omit<Result, 'value'>> {
  readonly flag: string;
  readonly value: Json;
}

/** How often each reason was given, and each operator held and failed. */
class Tally {
  readonly reasons = new Map<string, number>();
  readonly held = new Map<string, number>();
  readonly failed = new Map<string, number>();
  pairs = 0;

  add({ flag, reason = 'ERROR' }: Answer): void {
    this.pairs++;
    increment(this.reasons, reason);
    const operator = /^probe-([a-zA-Z]+)/.exec(flag)?.[1];
    if (operator !== undefined && reason === 'TARGETING_MATCH') {
      increment(this.held, operator);
    } else if (operator !== undefined && reason === 'DEFAULT') {
      increment(this.failed, operator);
    }
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A result as Go writes it. */
function asAnswer(flag: string, { value, variant, rule, outside, error, ...rest }: Result): Answer {
  return {
    flag,
    value: value === undefined ? null : value,
    ...(variant !== '' && { variant }),
    ...(rule !== '' && { rule }),
    ...(outside && { outside }),
    ...(error !== '' && { error }),
    ...rest,
  };
}

function compare(program: Program, ruleset: Ruleset, context: EvaluationContext, wanted: readonly Answer[]): void {
  const all = new Map(program.all(context));
  expect([...all.keys()].sort()).toEqual(wanted.map(({ flag }) => flag).sort());
  for (const want of wanted) {
    const alone = program.evaluate(want.flag, context);
    expect(all.get(want.flag)).toEqual(alone);
    const got = asAnswer(want.flag, alone);
    if (canonical(got) !== canonical(want)) {
      const flag = JSON.stringify(ruleset.flags[want.flag]);
      const why = program.broken().get(want.flag)?.message ?? '';
      expect.soft(got, `flag ${flag} ${why}\ncontext ${JSON.stringify(context)}`).toEqual(want);
    }
  }
}

/** JSON with sorted names, to compare without the cost of a deep comparison by the runner. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

test(`answers as the Go evaluator does, for ${pairs} pairs of the seed ${seed}`, {
  timeout: 60_000 + pairs,
}, async () => {
  const generator = spawn('go', ['run', './internal/difftest/generate', '-pairs', String(pairs), '-seed', seed], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(generator, 'close');
  const complaints = text(generator.stderr);
  const tally = new Tally();
  let ruleset: Ruleset | undefined;
  let program: Program | undefined;
  for await (const line of createInterface({ input: generator.stdout })) {
    const { ruleset: next, context, answers } = JSON.parse(line) as Line;
    if (next !== undefined) {
      ruleset = next;
      program = compile(next);
    } else if (program !== undefined && ruleset !== undefined && context !== undefined && answers !== undefined) {
      compare(program, ruleset, context, answers);
      answers.forEach((answer) => {
        tally.add(answer);
      });
    }
  }
  expect(await complaints).toBe('');
  expect(await closed).toEqual([0, null]);
  expectVariety(tally);
  process.stdout.write(`differential: ${tally.pairs} pairs of the seed ${seed}\n`);
});

/** Pairs of which nearly all have one reason, or whose clauses never hold, would prove little. */
function expectVariety(tally: Tally): void {
  expect(tally.pairs).toBeGreaterThanOrEqual(pairs);
  const reasons = ['DISABLED', 'PREREQUISITE_FAILED', 'TARGETING_MATCH', 'SPLIT', 'STATIC', 'DEFAULT', 'ERROR'];
  expect([...tally.reasons.keys()].sort()).toEqual([...reasons].sort());
  for (const [reason, count] of tally.reasons) {
    expect(count / tally.pairs, reason).toBeGreaterThan(0.01);
  }
  expect(tally.held.size).toBe(19);
  for (const [operator, held] of tally.held) {
    const failed = tally.failed.get(operator) ?? 0;
    expect(Math.min(held, failed) / (held + failed), operator).toBeGreaterThan(0.1);
  }
}
