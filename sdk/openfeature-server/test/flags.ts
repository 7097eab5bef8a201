import type { Server } from '@flagledger/testkit';

/** Accounts 1 to 100, of which the split of new-pdf-engine serves some either variant. */
export const accounts: readonly string[] = Array.from({ length: 100 }, (_, i) => `account-${i + 1}`);

/** Makes a flag of each type and each way to decide, in production. */
export async function createFlags(server: Server): Promise<void> {
  const set = (key: string, ...args: string[]) =>
    server.cli('flag', 'set', key, '--env', 'production', '--on', ...args);
  await server.cli('flag', 'create', 'new-pdf-engine', '--owner', 'billing');
  await set('new-pdf-engine', '--percentage', 'on=50', '--by', 'accountId', '--rule', 'staff: staff equals true => on');
  const theme = ['--type', 'string', '--variant', 'light=light', '--variant', 'dark=dark'];
  await server.cli('flag', 'create', 'theme', ...theme);
  await set(
    'theme',
    '--serve',
    'light',
    '--rule',
    'pro: company.plan in pro and since after 2026-01-01T00:00:00Z => dark',
  );
  await server.cli('flag', 'create', 'page-size', '--type', 'number', '--variant', 'few=10', '--variant', 'many=2.5e2');
  await set('page-size', '--serve', 'many');
  const limits = ['--type', 'json', '--variant', 'free={"seats":3,"tags":["a","ü"]}'];
  await server.cli('flag', 'create', 'limits', ...limits);
  await set('limits', '--serve', 'free');
  await server.cli('flag', 'create', 'redesign'); // off
  await server.cli('flag', 'create', 'sample');
  await set('sample', '--percentage', 'on=30');
}

/** The version of a flag in production: the position of its last change in the ledger. */
export async function versionOf(server: Server, flag: string): Promise<string> {
  const shown = await server.call('GET', `/api/v1/projects/default/flags/${flag}`);
  const { environments } = shown as { environments: { production: { version: string } } };
  return environments.production.version;
}
