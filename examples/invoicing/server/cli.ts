import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { binary } from './place.js';

/** Runs a command of flagledger and resolves with what it prints; rejects with what it complains about. */
export type Cli = (...args: string[]) => Promise<string>;

const run = promisify(execFile);

/** The command line of a server, with the rights of `token`. */
export function cliOf(server: string, token: string): Cli {
  const env = { ...process.env, FLAGLEDGER_SERVER: server, FLAGLEDGER_TOKEN: token, NO_COLOR: '1' };
  return async (...args) => (await run(binary, args, { env })).stdout;
}
