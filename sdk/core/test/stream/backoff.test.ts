import { expect, test } from 'vitest';
import { Backoff, waitFor } from '../../src/stream/index.js';

test('waits double up to the bound, and begin anew', () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 1000, random: () => 1 });
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  backoff.reset();
  expect(backoff.next()).toBe(100);
});

test('waits are spread, and never nothing', () => {
  const waits = Array.from({ length: 1000 }, () => new Backoff({ firstMs: 100 }).next());
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(25);
  expect(Math.max(...waits)).toBeLessThanOrEqual(100);
  expect(new Set(waits).size).toBeGreaterThan(900);
});

test('a wait ends when it is aborted, before and after it began', async () => {
  const stop = new AbortController();
  const waiting = waitFor(1e8, stop.signal);
  stop.abort();
  await waiting;
  await waitFor(1e8, stop.signal);
});
