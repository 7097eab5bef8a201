import { join } from 'node:path';
import { noStaleFlag } from '../src/rules/no-stale-flag/rule.js';
import { settings, tester } from './tester.js';

/** Code before and after the fix. */
const fixes: [name: string, before: string, after: string][] = [
  ['if', `if (flags.isEnabled('on', ctx)) {\n  a();\n}\nb();\n`, `a();\nb();\n`],
  ['if that is false', `if (flags.isEnabled('off')) {\n  a();\n}\nb();\n`, `b();\n`],
  ['else', `if (flags.isEnabled('off')) {\n  a();\n} else {\n  // why\n  b();\n  c();\n}\n`, `// why\nb();\nc();\n`],
  ['not', `if (!flags.isEnabled('on')) {\n  a();\n} else {\n  b();\n}\n`, `b();\n`],
  [
    'else if',
    `if (x) {\n  a();\n} else if (flags.isEnabled('on')) {\n  b();\n} else {\n  c();\n}\n`,
    `if (x) {\n  a();\n} else {\n  b();\n}\n`,
  ],
  [
    'else if that is false',
    `if (x) {\n  a();\n} else if (flags.isEnabled('off')) {\n  b();\n}\n`,
    `if (x) {\n  a();\n}\n`,
  ],
  ['else if after it', `if (flags.isEnabled('off')) {\n  a();\n} else if (x) {\n  b();\n}\n`, `if (x) {\n  b();\n}\n`],
  ['and', `if (flags.isEnabled('on') && x) {\n  a();\n}\n`, `if (x) {\n  a();\n}\n`],
  ['and, behind', `if (x() && flags.isEnabled('on')) {\n  a();\n}\n`, `if (x()) {\n  a();\n}\n`],
  ['and, behind, false', `if (x && flags.isEnabled('off')) {\n  a();\n}\n`, ``],
  [
    'an effect before it stays',
    `if (x() && flags.isEnabled('off')) {\n  a();\n}\n`,
    `if (x() && false) {\n  a();\n}\n`,
  ],
  ['or', `if (x || flags.isEnabled('off')) {\n  a();\n}\n`, `if (x) {\n  a();\n}\n`],
  ['or that is true', `if (flags.isEnabled('on') || x) {\n  a();\n}\n`, `a();\n`],
  ['ternary', `const v = flags.isEnabled('on') ? one : two;\n`, `const v = one;\n`],
  ['ternary inside', `const v = 2 * (flags.isEnabled('on') ? 1 + x : two);\n`, `const v = 2 * (1 + x);\n`],
  ['ternary of an object', `const f = () => (flags.isEnabled('on') ? { a } : null);\n`, `const f = () => ({ a });\n`],
  ['ternary in a call', `f(flags.isEnabled('off') ? a : b, c);\n`, `f(b, c);\n`],
  [
    'early return',
    `function f() {\n  if (!flags.isEnabled('on')) {\n    return old();\n  }\n  return fresh();\n}\n`,
    `function f() {\n  return fresh();\n}\n`,
  ],
  [
    'early return, taken',
    `function f() {\n  if (!flags.isEnabled('off')) return old();\n  const x = fresh();\n  return x;\n  function g() {}\n}\n`,
    `function f() {\n  return old();\n  function g() {}\n}\n`,
  ],
  [
    'names that clash',
    `const x = 1;\nif (flags.isEnabled('on')) {\n  const x = 2;\n  a(x);\n}\n`,
    `const x = 1;\n{\n  const x = 2;\n  a(x);\n}\n`,
  ],
  ['names that do not', `if (flags.isEnabled('on')) {\n  const x = 2;\n  a(x);\n}\n`, `const x = 2;\na(x);\n`],
  ['without braces', `for (;;) if (flags.isEnabled('off')) a();\n`, `for (;;) {}\n`],
  ['template keeps its lines', "if (flags.isEnabled('on')) {\n  a(`x\n  y`);\n}\n", 'a(`x\n  y`);\n'],
  [
    'await',
    `async function f() {\n  if (await flagClient.getBooleanValue('on', false, ctx)) {\n    a();\n  }\n}\n`,
    `async function f() {\n  a();\n}\n`,
  ],
  ['statement', `flags.isEnabled('on') && a();\nflags.isEnabled('off') && b();\n`, `a();\n`],
  [
    'JSX and',
    `const p = (\n  <div>\n    {useFeatureFlag('on') && <A x={1} />}\n    {useFeatureFlag('off') && <B />}\n  </div>\n);\n`,
    `const p = (\n  <div>\n    <A x={1} />\n  </div>\n);\n`,
  ],
  ['JSX ternary', `const p = <div>{useFeatureFlag('on') ? <A /> : <B />}</div>;\n`, `const p = <div><A /></div>;\n`],
  ['JSX text', `const p = <div>{useFeatureFlag('off') ? 'a' : name}</div>;\n`, `const p = <div>{name}</div>;\n`],
  [
    'JSX attribute',
    `const p = <A b={useFeatureFlag('on')} c={useFeatureFlag('on') ? x : y} />;\n`,
    `const p = <A b={true} c={x} />;\n`,
  ],
  ['variant', `const v = useVariant('theme') === 'blue' ? a : b;\n`, `const v = a;\n`],
  ['value', `const ok = flagClient.value('on', ctx, false) ? a : b;\n`, `const ok = a;\n`],
  ['template as key', 'const v = flags.isEnabled(`on`) ? a : b;\n', `const v = a;\n`],
  ['constant', `const key = 'on';\nif (flags.isEnabled(key)) {\n  a();\n}\n`, `const key = 'on';\na();\n`],
  [
    'member of a constant',
    `const keys = { x: 'on' } as const;\nif (flags.isEnabled(keys.x)) {\n  a();\n}\n`,
    `const keys = { x: 'on' } as const;\na();\n`,
  ],
  ['loose literal', `f(flags.isEnabled('on'));\n`, `f(true);\n`],
];

/** One fix after another, as "eslint --fix" makes them. */
const variables: [name: string, before: string, after: string][] = [
  [
    'variable',
    `function P() {\n  const isOn = useFeatureFlag('on');\n  const size = isOn ? 1 : 2;\n  if (!isOn) {\n    return <Old />;\n  }\n  return <New size={size} also={isOn} />;\n}\n`,
    `function P() {\n  const size = 1;\n  return <New size={size} also={true} />;\n}\n`,
  ],
  [
    'one of several',
    `const a = 1, isOn = flags.isEnabled('off'), b = 2;\nf(isOn ? a : b);\n`,
    `const a = 1, b = 2;\nf(b);\n`,
  ],
  ['shorthand', `const isOn = flags.isEnabled('on');\nf({ isOn });\n`, `f({ isOn: true });\n`],
  [
    'dependencies',
    `function P() {\n  const isOn = useFeatureFlag('on');\n  useEffect(() => {\n    if (isOn) {\n      a(x);\n    }\n  }, [isOn, x]);\n}\n`,
    `function P() {\n  useEffect(() => {\n    a(x);\n  }, [x]);\n}\n`,
  ],
  [
    'variable that is written',
    `let isOn = flags.isEnabled('on');\nisOn = false;\n`,
    `let isOn = true;\nisOn = false;\n`,
  ],
  ['exported', `export const isOn = flags.isEnabled('on');\n`, `export const isOn = true;\n`],
  [
    'nested',
    `if (flags.isEnabled('off')) {\n  a();\n} else {\n  const isOn = flags.isEnabled('off');\n  f(isOn ? 1 : 2);\n}\n`,
    `const isOn = flags.isEnabled('off');\nf(isOn ? 1 : 2);\n`,
  ],
  [
    'imports',
    `import React, { useMemo } from 'react';\nimport { useFeatureFlag } from '@flagledger/react';\nimport { A } from './a';\nimport B, { C } from './b';\nimport type { T } from './t';\nexport function P(p: T) {\n  return useFeatureFlag('on') ? <A /> : <B c={C} />;\n}\n`,
    `import React, { useMemo } from 'react';\nimport { A } from './a';\nimport type { T } from './t';\nexport function P(p: T) {\n  return <A />;\n}\n`,
  ],
  [
    'an import that is still used',
    `import { A, B } from './b';\nconst x = flags.isEnabled('on') ? A : B;\nf(A);\n`,
    `import { A } from './b';\nconst x = A;\nf(A);\n`,
  ],
];

const suggestions: [name: string, before: string, after: string][] = [
  ['a string', `const c = flagClient.value('theme', ctx, 'red');\n`, `const c = '#00f';\n`],
  ['a number', `const n = flagClient.value('limit', ctx, 3) + 1;\n`, `const n = 50 + 1;\n`],
  ['an argument with an effect', `const v = flags.isEnabled('on', next()) ? a : b;\n`, `const v = a;\n`],
  ['a client with an effect', `const v = client().isEnabled('on') ? a : b;\n`, `const v = a;\n`],
];

tester.run('no-stale-flag', noStaleFlag, {
  valid: [
    ...[
      `if (flags.isEnabled('live')) a();`,
      `if (flags.isEnabled('nobody knows')) a();`,
      `if (flags.isEnabled('gone')) a();`,
      `map.value('on');`,
      `const on = 'on'; other(on);`,
      `flags.isEnabled(key);`,
      `flags[method]('on');`,
      `import { flag } from './none.js'; flags.isEnabled(flag.on);`,
    ].map((code) => ({ code, settings })),
    {
      name: 'not the names of clients',
      code: `store.value('on', ctx, false);`,
      options: [{ clients: '^my' }],
      settings,
    },
  ],
  invalid: [
    ...fixes.map(([name, code, output]) => ({
      name,
      code,
      output,
      settings,
      errors: code.split(/'(?:on|off|theme)'[),]|`on`|\(key\)|keys\.x/).length - 1,
    })),
    ...variables.map(([name, code, output]) => ({
      name,
      code,
      output,
      settings,
      errors: code.split(/(?:isEnabled|useFeatureFlag)\('/).length - 1,
    })),
    ...suggestions.map(([name, code, output]) => ({
      name,
      code,
      settings,
      errors: [{ messageId: 'stale', suggestions: [{ messageId: 'apply', output }] }],
    })),
    {
      name: 'why',
      code: `f(flags.isEnabled('on'));`,
      output: 'f(true);',
      settings,
      errors: [{ message: 'Flag "on" is stale: it serves "on" to everybody. Everybody gets true.' }],
    },
    {
      name: 'nothing is decided',
      code: `if (flags.isEnabled('late')) a();`,
      settings,
      errors: [{ message: 'Flag "late" is stale: it was to be removed by 2026-01-01.', suggestions: [] }],
    },
    {
      name: 'details',
      code: `const d = flagClient.details('on', ctx, false);`,
      settings,
      errors: [{ messageId: 'stale', suggestions: [] }],
    },
    {
      name: 'wrapper',
      code: `if (isOn(ctx, 'on')) {\n  a();\n}\n`,
      output: `a();\n`,
      options: [{ functions: [{ name: 'isOn', argument: 1 }] }],
      settings,
      errors: 1,
    },
    {
      name: 'client from an SDK',
      code: `import { createFlagClient } from '@flagledger/node';\nconst c = createFlagClient({});\nf(c.value('on', ctx, false));\n`,
      output: `import { createFlagClient } from '@flagledger/node';\nconst c = createFlagClient({});\nf(true);\n`,
      settings,
      errors: 1,
    },
    ...['flag.on', 'single'].map((key) => ({
      name: `imported ${key}`,
      filename: join(import.meta.dirname, 'fixtures', 'use.ts'),
      settings,
      errors: 1,
      code: `import { flag, single } from './keys.js';\nf(flags.isEnabled(${key}));\n`,
      output: `import { ${key === 'single' ? 'flag' : 'single'} } from './keys.js';\nf(true);\n`,
    })),
  ],
});
