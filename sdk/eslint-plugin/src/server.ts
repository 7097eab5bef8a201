import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { defaultFile, parseState, type Settings } from './state.js';

/** How to ask a server for the state of flags. */
export interface ServerOptions {
  /** Address of the server, https://flags.example.com. */
  url: string;
  project: string;
  /** An admin token with the role viewer; without one only the file is used. */
  key: string | undefined;
  /** Where the answer is kept, for when the server does not answer; flagledger.flags.json by default. */
  file?: string;
  /** The longest to wait, in milliseconds; 3,000 by default. */
  timeoutMs?: number;
  /** Is told that the file is used; by default standard error is. */
  warn?: (message: string) => void;
}

/**
 * Asks the server for the state of flags, for `settings.flagledger` of a
 * configuration. The answer is kept in the file, which is used when the server
 * does not answer, so that lint works offline. Rejects only if there is neither.
 */
export async function fromServer(options: ServerOptions): Promise<Settings> {
  const { file = defaultFile, warn = tell } = options;
  try {
    const text = await ask(options);
    parseState(text);
    const beside = `${file}.${process.pid}.tmp`;
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) {
      throw new Error(`the state of flags is not known: ${why}, and there is no file ${file}`);
    }
    parseState(readFileSync(file, 'utf8'));
    warn(`eslint-plugin-flagledger: ${why}; using ${file} of ${stat.mtime.toISOString()}`);
  }
  return { file };
}

function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function ask({ url, project, key, timeoutMs = 3000 }: ServerOptions): Promise<string> {
  if (key === undefined || key === '') {
    throw new Error('there is no key for the server');
  }
  const address = `${url.replace(/\/+$/, '')}/api/v1/projects/${encodeURIComponent(project)}/hygiene`;
  let answer: Response;
  try {
    answer = await fetch(address, {
      headers: { Authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (err) {
    const late = err instanceof Error && err.name === 'TimeoutError';
    throw new Error(late ? `${url} has not answered within ${timeoutMs} ms` : `${url} cannot be reached`);
  }
  if (!answer.ok) {
    throw new Error(`${url} answered ${answer.status}`);
  }
  return await answer.text();
}
