import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ruleset } from '@flagledger/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cache } from '../src/cache.js';
import { silent } from '../src/logger.js';

const ruleset = (revision: string): Ruleset => ({
  specVersion: 1,
  project: 'p',
  environment: 'e',
  revision,
  flags: {},
});

describe('cache file', () => {
  let folder = '';
  let file = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flagledger-cache-'));
    file = join(folder, 'ruleset.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is nothing before the first ruleset', () => {
    expect(new Cache(file, silent).read()).toBeUndefined();
  });

  it('keeps the latest of many, whole, for its owner alone, and leaves nothing else', async () => {
    const cache = new Cache(file, silent);
    for (let i = 1; i <= 50; i++) {
      cache.save(ruleset(String(i)));
    }
    await cache.saved();
    expect(cache.read()).toEqual(ruleset('50'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['ruleset.json']);
  });

  it('goes on after it was saved', async () => {
    const cache = new Cache(file, silent);
    cache.save(ruleset('1'));
    await cache.saved();
    cache.save(ruleset('2'));
    await cache.saved();
    expect(cache.read()).toEqual(ruleset('2'));
  });

  it('tells why it cannot be read', async () => {
    await writeFile(file, '{"specVersion":1,');
    expect(() => new Cache(file, silent).read()).toThrow(SyntaxError);
  });

  it('tells why it cannot be written, and keeps what there was', async () => {
    const told: string[] = [];
    const logger = { ...silent, warn: (message: string, about?: object) => told.push(message + JSON.stringify(about)) };
    const cache = new Cache(join(folder, 'missing', 'ruleset.json'), logger);
    cache.save(ruleset('1'));
    await cache.saved();
    expect(told.join()).toMatch(/ruleset was not saved.*ENOENT/);
    expect(await readdir(folder)).toEqual([]);
  });
});
