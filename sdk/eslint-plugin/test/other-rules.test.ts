import { noArchivedFlag } from '../src/rules/no-archived-flag/rule.js';
import { noUnknownFlag } from '../src/rules/no-unknown-flag/rule.js';
import { settings, tester } from './tester.js';

tester.run('no-archived-flag', noArchivedFlag, {
  valid: [`f(flags.isEnabled('on'));`, `f(flags.isEnabled('nobody knows'));`].map((code) => ({ code, settings })),
  invalid: [
    {
      code: `if (flags.isEnabled('gone')) {\n  a();\n}\n`,
      output: '',
      settings,
      errors: [{ message: 'Flag "gone" is archived: calls get their default. Everybody gets false.' }],
    },
  ],
});

tester.run('no-unknown-flag', noUnknownFlag, {
  valid: [`f(flags.isEnabled('on'));`, `f(flags.isEnabled('gone'));`, `f(flags.isEnabled(any));`].map((code) => ({
    code,
    settings,
  })),
  invalid: [
    {
      code: `f(useFlagValue('limti', 3));`,
      settings,
      errors: [
        {
          message: 'Flag "limti" does not exist. Did you mean "limit"?',
          suggestions: [{ messageId: 'rename', output: `f(useFlagValue('limit', 3));` }],
        },
      ],
    },
    {
      code: `f(flags.isEnabled('checkout'));`,
      settings,
      errors: [{ message: 'Flag "checkout" does not exist.', suggestions: [] }],
    },
    {
      code: `const k = 'lat';\nf(flags.isEnabled(k));`,
      settings,
      errors: [{ message: 'Flag "lat" does not exist. Did you mean "late"?', suggestions: [] }],
    },
  ],
});
