import { RuleTester } from 'eslint';
import { afterAll, describe, it } from 'vitest';
import type { FlagState } from '../src/state.js';
import { parser } from './parser.js';

Object.assign(RuleTester, { afterAll, describe, it });

/** Runs rules on TypeScript with JSX. */
export const tester = new RuleTester({
  languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
});

const since = '2026-01-01T00:00:00Z';

/** Flags in each state. */
export const flags: FlagState[] = [
  {
    key: 'on',
    lifecycle: 'stale',
    decided: { variant: 'on', value: true, since },
    findings: [{ rule: 'one-sided', message: 'serves "on" to everybody' }],
  },
  { key: 'off', lifecycle: 'stale', decided: { variant: 'off', value: false, since } },
  { key: 'theme', lifecycle: 'stale', decided: { variant: 'blue', value: '#00f', since } },
  { key: 'limit', lifecycle: 'stale', decided: { variant: 'high', value: 50, since } },
  { key: 'late', lifecycle: 'stale', findings: [{ rule: 'past-removal', message: 'was to be removed by 2026-01-01' }] },
  { key: 'live', lifecycle: 'live', decided: { variant: 'on', value: true, since } },
  { key: 'gone', lifecycle: 'archived', decided: { variant: 'off', value: false, since } },
];

export const settings = { flagledger: { flags } };
