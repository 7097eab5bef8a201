import { createFlagClient, type FlagClient } from '@flagledger/node';

let client: FlagClient | undefined;

/**
 * The server's flag client: one for the process, made with the first request
 * and not while the app is built, where there are neither keys nor a ledger.
 */
export async function serverFlags(): Promise<FlagClient> {
  client ??= createFlagClient({ url: flagledgerUrl(), sdkKey: setting('FLAGLEDGER_SERVER_KEY') });
  await client.ready;
  return client;
}

/** Where flagledger answers, for the server and for browsers. */
export function flagledgerUrl(): string {
  return setting('FLAGLEDGER_URL');
}

/** The key that browsers may see: it reads answers, never rules. */
export function clientKey(): string {
  return setting('FLAGLEDGER_CLIENT_KEY');
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`set ${name}: README.md says how to make keys`);
  }
  return value;
}
