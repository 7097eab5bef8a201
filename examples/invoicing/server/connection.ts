import { relative } from 'node:path';
import { cliOf } from './cli.js';
import { Ledger } from './ledger.js';
import { ENVIRONMENT, setUp } from './setup.js';

/** How the application reaches flagledger. */
export interface Connection {
  readonly url: string;
  readonly serverKey: string;
  readonly clientKey: string;
  /** What has to be typed before commands reach the server, "" if nothing. */
  readonly prelude: string;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** Uses the server that the environment names, or starts one. */
export async function connect(env: NodeJS.ProcessEnv): Promise<Connection> {
  const url = env['FLAGLEDGER_URL'];
  const serverKey = env['FLAGLEDGER_SERVER_KEY'];
  const clientKey = env['FLAGLEDGER_CLIENT_KEY'];
  if (!url && !serverKey && !clientKey) {
    return ownServer(env);
  }
  if (!url || !serverKey || !clientKey) {
    throw new Error('set FLAGLEDGER_URL, FLAGLEDGER_SERVER_KEY and FLAGLEDGER_CLIENT_KEY, or none of them');
  }
  const token = env['FLAGLEDGER_TOKEN'];
  if (token) {
    await setUp(cliOf(url, token));
  } else {
    console.log('FLAGLEDGER_TOKEN is not set, so the flags are taken as they are.');
  }
  return { url, serverKey, clientKey, prelude: `export FLAGLEDGER_SERVER=${url}`, close: async () => {} };
}

async function ownServer(env: NodeJS.ProcessEnv): Promise<Connection> {
  const ledger = new Ledger();
  try {
    await ledger.start();
    const cli = cliOf(ledger.url, ledger.token);
    await setUp(cli);
    const key = async (kind: string) =>
      (await cli('token', 'create', `invoicing-${kind}`, '--kind', kind, '--env', ENVIRONMENT)).trim();
    const [serverKey, clientKey] = await Promise.all([key('server'), key('client')]);
    // npm changes the folder; commands are typed where it was called.
    const data = relative(env['INIT_CWD'] ?? process.cwd(), ledger.data);
    const prelude = `export FLAGLEDGER_DATA=${data}`;
    return { url: ledger.url, serverKey, clientKey, prelude, close: () => ledger.stop() };
  } catch (err) {
    await ledger.stop();
    throw err;
  }
}
