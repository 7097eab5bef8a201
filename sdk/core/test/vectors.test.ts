import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  compile,
  type ErrorCode,
  type EvaluationContext,
  type Json,
  NO_BUCKET,
  type Reason,
  type Ruleset,
} from '../src/index.js';

const folder = join(import.meta.dirname, '../../../evaluator/testdata/vectors');

/** One file of the specification, which every language runs from these same files. */
interface VectorFile {
  readonly specVersion: number;
  readonly name: string;
  readonly ruleset: Ruleset;
  readonly cases: readonly VectorCase[];
}

interface VectorCase {
  readonly name: string;
  readonly flag: string;
  readonly context: EvaluationContext;
  readonly want: Want;
}

/** An absent text is empty, an absent bucket is -1, an absent value is not compared. */
interface Want {
  readonly value?: Json;
  readonly variant?: string;
  readonly reason: Reason;
  readonly rule?: string;
  readonly bucket?: number;
  readonly outside?: boolean;
  readonly error?: ErrorCode;
}

function read(name: string): VectorFile {
  const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as VectorFile;
  expectKeys(file, ['specVersion', 'name', 'ruleset', 'cases']);
  for (const one of file.cases) {
    expectKeys(one, ['name', 'flag', 'context', 'want']);
    expectKeys(one.want, ['value', 'variant', 'reason', 'rule', 'bucket', 'outside', 'error']);
  }
  return file;
}

function expectKeys(value: object, known: readonly string[]): void {
  expect(known).toEqual(expect.arrayContaining(Object.keys(value)));
}

const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
let count = 0;

describe.each(names)('%s', (name) => {
  const file = read(name);
  const program = compile(file.ruleset);

  test('is of this specification', () => {
    expect(file.specVersion).toBe(1);
    expect(file.name).not.toBe('');
    expect(file.cases.length).toBeGreaterThan(0);
  });

  test.each(file.cases)('$name', ({ flag, context, want }) => {
    count++;
    const { value, version, revision, ...got } = program.evaluate(flag, context);
    expect(got).toEqual({
      variant: want.variant ?? '',
      reason: want.reason,
      rule: want.rule ?? '',
      bucket: want.bucket ?? NO_BUCKET,
      outside: want.outside ?? false,
      error: want.error ?? '',
    });
    expect(value === undefined).toBe(want.error !== undefined);
    expect(revision).toBe(file.ruleset.revision);
    expect(version).toBe(file.ruleset.flags[flag]?.version ?? '0');
    if (want.value !== undefined) {
      expect(value).toEqual(want.value);
    }
  });

  test('breaks the flags with a case of PARSE_ERROR and no others', () => {
    const broken = file.cases.filter(({ want }) => want.error === 'PARSE_ERROR').map(({ flag }) => flag);
    expect([...program.broken().keys()]).toEqual([...new Set(broken)].sort());
  });
});

afterAll(() => {
  // make compares this line with that of the Go evaluator.
  process.stdout.write(`vectors: ${count} cases\n`);
});
