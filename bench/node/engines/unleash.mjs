import { InMemStorageProvider, Unleash } from 'unleash-client';
import { isText } from '../flags.mjs';

function strategies(flag) {
  if (flag.split && typeof flag.split.parts[0].value === 'boolean') {
    const parameters = { rollout: String(flag.split.parts[0].percent), stickiness: flag.split.by, groupId: flag.key };
    return [{ name: 'flexibleRollout', parameters, constraints: [] }];
  }
  if (flag.split) {
    const variants = flag.split.parts.map((p) => ({
      name: p.value,
      weight: p.percent * 10,
      stickiness: flag.split.by,
      payload: { type: 'string', value: p.value },
    }));
    const parameters = { rollout: '100', stickiness: flag.split.by, groupId: flag.key };
    return [{ name: 'flexibleRollout', parameters, constraints: [], variants }];
  }
  return flag.rules.map((conditions) => ({
    name: 'default',
    parameters: {},
    constraints: conditions.map((c) => ({ contextName: c.attribute, operator: 'IN', values: c.values })),
  }));
}

/** Metrics off: the evaluation alone. */
export async function create(flags) {
  const features = flags.map((flag) => ({ name: flag.key, enabled: flag.on, strategies: strategies(flag) }));
  const client = new Unleash({
    url: 'http://127.0.0.1:9/',
    appName: 'bench',
    refreshInterval: 0,
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: features },
  });
  client.on('error', () => {}); // there is no server, on purpose
  client.on('warn', () => {});
  const ready = new Promise((resolve) => client.once('ready', resolve));
  await client.start();
  await ready;
  return {
    context: ({ userId, ...properties }) => ({ userId, properties }),
    evaluate: (flag, context) =>
      isText(flag) ? client.getVariant(flag.key, context).payload?.value : client.isEnabled(flag.key, context),
    all(context) {
      let n = 0;
      for (const flag of flags) {
        const answer = isText(flag) ? client.getVariant(flag.key, context) : client.isEnabled(flag.key, context);
        n += answer === undefined ? 0 : 1;
      }
      return n;
    },
    close: () => client.destroy(),
  };
}
