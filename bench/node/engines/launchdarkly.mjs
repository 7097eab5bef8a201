import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

function wire(flag) {
  const variations = flag.split ? flag.split.parts.map((p) => p.value) : [true, false];
  const last = variations.length - 1;
  const fallthrough = flag.split
    ? {
        rollout: {
          contextKind: 'user',
          bucketBy: flag.split.by === 'userId' ? 'key' : flag.split.by,
          variations: flag.split.parts.map((p, i) => ({ variation: i, weight: p.percent * 1000 })),
        },
      }
    : { variation: last };
  return {
    key: flag.key,
    version: 1,
    on: flag.on,
    salt: flag.key,
    variations,
    offVariation: last,
    fallthrough,
    rules: flag.rules.map((conditions, i) => ({
      id: `rule-${i}`,
      variation: 0,
      clauses: conditions.map((c) => ({ contextKind: 'user', attribute: c.attribute, op: 'in', values: c.values })),
    })),
  };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** Events off: the evaluation alone. Its API is asynchronous. */
export async function create(flags) {
  const data = new TestData();
  for (const flag of flags) {
    await data.usePreconfiguredFlag(wire(flag));
  }
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: silent,
  });
  await client.waitForInitialization({ timeout: 10 });
  return {
    asynchronous: true,
    context: ({ userId, ...attributes }) => ({ kind: 'user', key: userId, ...attributes }),
    evaluate: (flag, context) => client.variation(flag.key, context, false),
    all: async (context) => Object.keys((await client.allFlagsState(context)).allValues()).length,
    close: () => client.close(),
  };
}
