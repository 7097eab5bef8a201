import { expect, test } from 'vitest';
import { ExposureMemory } from '../../src/report/index.js';

const exposure = (unit: string, version = '1') => ({ flag: 'f', version, variant: 'on', by: 'userId', unit });

test('an exposure is known by flag, version, variant and unit', () => {
  const memory = new ExposureMemory(100);
  memory.add(exposure('u1'));
  expect(memory.has('f', '1', 'on', 'u1')).toBe(true);
  expect(memory.has('g', '1', 'on', 'u1')).toBe(false);
  expect(memory.has('f', '2', 'on', 'u1')).toBe(false);
  expect(memory.has('f', '1', 'off', 'u1')).toBe(false);
  expect(memory.has('f', '1', 'on', 'u2')).toBe(false);
});

test('names of an object’s own machinery are names like others', () => {
  const memory = new ExposureMemory(100);
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(memory.has(name, '1', name, name)).toBe(false);
    memory.add({ flag: name, version: '1', variant: name, by: 'userId', unit: name });
    expect(memory.has(name, '1', name, name)).toBe(true);
  }
});

test('it forgets what was lost, old versions, and after two generations', () => {
  const memory = new ExposureMemory(100);
  memory.add(exposure('u1'));
  memory.add(exposure('u2'));
  memory.forget(exposure('u1'));
  expect(memory.has('f', '1', 'on', 'u1')).toBe(false);
  memory.age();
  expect(memory.has('f', '1', 'on', 'u2')).toBe(true);
  memory.forget(exposure('u2'));
  expect(memory.has('f', '1', 'on', 'u2')).toBe(false);
  memory.add(exposure('u3'));
  memory.add(exposure('u4', '2'));
  expect(memory.has('f', '1', 'on', 'u3')).toBe(false);
  memory.age();
  memory.age();
  expect(memory.has('f', '2', 'on', 'u4')).toBe(false);
});

test('it is bounded, and keeps the newer half', () => {
  const memory = new ExposureMemory(100);
  for (let i = 0; i < 1000; i++) {
    memory.add(exposure(`u${i}`));
  }
  const known = Array.from({ length: 1000 }, (_, i) => memory.has('f', '1', 'on', `u${i}`));
  expect(known.filter(Boolean).length).toBeLessThanOrEqual(100);
  expect(known.slice(-50).every(Boolean)).toBe(true);
});
