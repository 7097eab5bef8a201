import { expect, test } from 'vitest';
import { Book } from '../server/book.js';
import { Directory } from '../server/directory.js';
import { logoOf } from '../server/logo.js';
import { classicEngine } from '../server/pdf/classic.js';
import type { Engine, Job } from '../server/pdf/engine.js';
import { modernEngine } from '../server/pdf/modern.js';
import { RunningSum } from '../server/pdf/runningsum.js';

const directory = new Directory();
const book = new Book('2026-03-31');

function jobOf(accountId: string, lines?: number): Job {
  const seller = directory.account(accountId);
  const invoice = seller && book.of(seller)[0];
  if (!invoice) {
    throw new Error(`no account ${accountId}`);
  }
  const all = Array.from({ length: lines ?? 0 }, (_, i) => ({ description: `Part ${i}`, quantity: 2, price: 150 }));
  return { seller, logo: logoOf(seller), invoice: lines === undefined ? invoice : { ...invoice, lines: all } };
}

/** Counts the page objects, which are never compressed. */
function pageCount(file: Buffer): number {
  return file.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
}

const repaired = modernEngine(new RunningSum({ growing: true }));
const engines: Engine[] = [classicEngine, modernEngine(), repaired];

test.each([
  [1, 1],
  [32, 1],
  [33, 2],
  [200, 7],
])('both engines print an invoice of %i lines on %i pages', async (lines, pages) => {
  for (const engine of engines) {
    const file = await engine.render(jobOf('acme', lines));
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    expect(file.subarray(-6).toString()).toContain('%%EOF');
    expect([engine.name, pageCount(file)]).toEqual([engine.name, pages]);
  }
});

test('the new engine fails on an invoice of more than 200 lines, and prints the next one', async () => {
  const engine = modernEngine();
  await expect(engine.render(jobOf('acme', 201))).rejects.toThrow(RangeError);
  expect(pageCount(await engine.render(jobOf('acme', 40)))).toBe(2);
  for (const other of [classicEngine, repaired]) {
    expect(pageCount(await other.render(jobOf('acme', 201)))).toBe(7);
  }
});

test('about 3% of the accounts have an invoice that the new engine fails on', () => {
  const accounts = directory.accounts().slice(0, 3000);
  const large = accounts.filter((account) => book.of(account).some(({ lines }) => lines.length > 200));
  expect(large.length / accounts.length).toBeGreaterThan(0.02);
  expect(large.length / accounts.length).toBeLessThan(0.04);
});

test('a logo of another format breaks both engines, and not the process', async () => {
  const account = directory.accounts().find(({ id }) => logoOf({ ...jobOf('acme').seller, id })[0] !== 0x89);
  for (const engine of engines) {
    await expect(engine.render(jobOf(account?.id ?? '', 3))).rejects.toThrow(/image/i);
  }
});

test('the company is the same in every run', () => {
  const again = new Book('2026-03-31');
  for (const account of new Directory().accounts().slice(0, 50)) {
    expect(again.of(account)).toEqual(book.of(account));
  }
});
