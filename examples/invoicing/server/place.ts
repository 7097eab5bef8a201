import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the example: this file runs from its source and from what is built of it. */
export const home = (function up(dir: string): string {
  return existsSync(join(dir, 'vite.config.ts')) ? dir : up(dirname(dir));
})(import.meta.dirname);

/** The program that "make build" makes: server and command line. */
export const binary = join(home, '..', '..', 'bin', 'flagledger');

/** Where vite builds the page. */
export const webFolder = join(home, 'dist', 'web');
