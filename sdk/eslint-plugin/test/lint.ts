import { ESLint } from 'eslint';
import plugin from '../src/index.js';
import type { Settings } from '../src/state.js';
import { parser } from './parser.js';

/** ESLint with the recommended rules, in a folder. */
export function eslint(cwd: string, settings: Settings, fix = false): ESLint {
  return new ESLint({
    cwd,
    fix,
    overrideConfigFile: true,
    overrideConfig: [
      {
        ...plugin.configs.recommended,
        files: ['**/*.{js,ts,tsx}'],
        languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
        settings: { flagledger: settings },
      },
    ],
  });
}
