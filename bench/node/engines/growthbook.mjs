import { GrowthBookClient } from '@growthbook/growthbook';

function wire(flag) {
  const rules = flag.rules.map((conditions) => ({
    condition: Object.fromEntries(conditions.map((c) => [c.attribute, { $in: c.values }])),
    force: true,
  }));
  if (flag.split && typeof flag.split.parts[0].value === 'boolean') {
    rules.push({ force: true, coverage: flag.split.parts[0].percent / 100, hashAttribute: flag.split.by });
  } else if (flag.split) {
    rules.push({
      key: flag.key,
      variations: flag.split.parts.map((p) => p.value),
      weights: flag.split.parts.map((p) => p.percent / 100),
      hashAttribute: flag.split.by,
      hashVersion: 2,
    });
  }
  // A flag that is off has no rules in GrowthBook's payload.
  return { defaultValue: flag.split?.parts.at(-1).value ?? false, rules: flag.on ? rules : [] };
}

export function create(flags) {
  const client = new GrowthBookClient().initSync({
    payload: { features: Object.fromEntries(flags.map((flag) => [flag.key, wire(flag)])) },
  });
  return {
    context: (user) => ({ attributes: { ...user } }),
    evaluate: (flag, context) => client.getFeatureValue(flag.key, false, context),
    all(context) {
      let n = 0;
      for (const flag of flags) {
        n += client.evalFeature(flag.key, context).source === 'unknownFeature' ? 0 : 1;
      }
      return n;
    },
  };
}
