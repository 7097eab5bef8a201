import type { ESLint, Linter } from 'eslint';
import { noArchivedFlag } from './rules/no-archived-flag/rule.js';
import { noStaleFlag } from './rules/no-stale-flag/rule.js';
import { noUnknownFlag } from './rules/no-unknown-flag/rule.js';
import { version } from './version.js';

export { fromServer, type ServerOptions } from './server.js';
export type { FlagState, ProjectState, Settings } from './state.js';

const plugin = {
  meta: { name: 'eslint-plugin-flagledger', version, namespace: 'flagledger' },
  rules: {
    'no-stale-flag': noStaleFlag,
    'no-archived-flag': noArchivedFlag,
    'no-unknown-flag': noUnknownFlag,
  },
} satisfies ESLint.Plugin;

/** Ready-made configurations. */
export const configs: { recommended: Linter.Config } = {
  recommended: {
    name: 'flagledger/recommended',
    plugins: { flagledger: plugin },
    rules: {
      'flagledger/no-stale-flag': 'warn',
      'flagledger/no-archived-flag': 'error',
      'flagledger/no-unknown-flag': 'error',
    },
  },
};

export const { meta, rules } = plugin;

export default { ...plugin, configs };
