import type { Flag, Ruleset, Segment } from '@flagledger/core';
import { describe, expect, it } from 'vitest';
import { changedFlags } from '../src/changes.js';

function flag(version: string, parts: Partial<Flag> = {}): Flag {
  const variants = [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ];
  return {
    version,
    type: 'boolean',
    salt: 's',
    variants,
    on: true,
    offVariant: 'off',
    default: { variant: 'on' },
    ...parts,
  };
}

function ruleset(flags: Record<string, Flag>, segments: Record<string, Segment> = {}): Ruleset {
  return { specVersion: 1, project: 'p', environment: 'e', revision: '9', flags, segments };
}

function inSegment(segment: string) {
  return [{ id: 'r', clauses: [{ op: 'inSegment' as const, values: [segment] }], serve: { variant: 'off' } }];
}

describe('changed flags', () => {
  const still = flag('1');

  it('are all of them at first', () => {
    expect(changedFlags(undefined, ruleset({ a: still, b: still }))).toEqual(['a', 'b']);
  });

  it('are those with another version, new ones and removed ones', () => {
    const before = ruleset({ same: still, other: flag('1'), gone: still });
    const after = ruleset({ same: still, other: flag('2'), fresh: still });
    expect(changedFlags(before, after).sort()).toEqual(['fresh', 'gone', 'other']);
  });

  it('are none when equal flags came over the wire anew', () => {
    expect(changedFlags(ruleset({ a: flag('1') }), ruleset({ a: flag('1') }))).toEqual([]);
  });

  it('include what depends on a changed flag, however indirectly', () => {
    const middle = flag('1', { prerequisites: [{ flag: 'root', variants: ['on'] }] });
    const leaf = flag('1', { prerequisites: [{ flag: 'middle', variants: ['on'] }] });
    const before = ruleset({ root: flag('1'), middle, leaf, still });
    const after = ruleset({ root: flag('2'), middle, leaf, still });
    expect(changedFlags(before, after).sort()).toEqual(['leaf', 'middle', 'root']);
  });

  it('include what asks for a changed segment, also through another segment', () => {
    const base: Segment = { version: '1', included: [{ values: ['u'] }] };
    const outer: Segment = { version: '1', rules: [{ clauses: [{ op: 'inSegment', values: ['base'] }] }] };
    const flags = {
      direct: flag('1', { rules: inSegment('base') }),
      nested: flag('1', { rules: inSegment('outer') }),
      still,
    };
    const before = ruleset(flags, { base, outer });
    const after = ruleset(flags, { base: { ...base, version: '2' }, outer });
    expect(changedFlags(before, after).sort()).toEqual(['direct', 'nested']);
  });

  it('end where flags need each other in a circle', () => {
    const a = (version: string) => flag(version, { prerequisites: [{ flag: 'b', variants: ['on'] }] });
    const b = flag('1', { prerequisites: [{ flag: 'a', variants: ['on'] }] });
    expect(changedFlags(ruleset({ a: a('1'), b }), ruleset({ a: a('2'), b })).sort()).toEqual(['a', 'b']);
  });

  it('are found among malformed ones', () => {
    const odd = { nothing: null, text: 'x', rules: { version: '1', rules: { 0: 1 }, prerequisites: [null, 7] } };
    const before = ruleset({ a: flag('1'), ...(odd as unknown as Record<string, Flag>) }, { s: { version: '1' } });
    const after = ruleset({ a: flag('2'), ...(odd as unknown as Record<string, Flag>) }, { s: { version: '2' } });
    expect(changedFlags(before, after)).toEqual(['a']);
  });

  it('are all of both when the environment is another one', () => {
    const other = { ...ruleset({ b: still }), environment: 'f' };
    expect(changedFlags(ruleset({ a: still }), other).sort()).toEqual(['a', 'b']);
  });
});
