import { StatsigServer } from 'statsig-node';
import { isText } from '../flags.mjs';

const fieldOf = { userId: 'user_id' };
const everybody = { type: 'public', targetValue: null, operator: null, field: null, additionalValues: {} };

function conditionOf({ attribute, values }) {
  if (attribute === 'accountId') {
    return {
      type: 'unit_id',
      targetValue: values,
      operator: 'any',
      field: null,
      additionalValues: {},
      idType: 'accountId',
    };
  }
  const type = attribute === 'userId' ? 'unit_id' : 'user_field';
  return { type, targetValue: values, operator: 'any', field: fieldOf[attribute] ?? attribute, additionalValues: {} };
}

const rule = (flag, more) => ({
  name: 'rule',
  id: 'rule',
  salt: flag.key,
  passPercentage: 100,
  conditions: [everybody],
  returnValue: {},
  idType: 'userID',
  ...more,
});

function rulesOf(flag) {
  if (flag.split && typeof flag.split.parts[0].value === 'boolean') {
    return [rule(flag, { passPercentage: flag.split.parts[0].percent, idType: flag.split.by })];
  }
  if (flag.split) {
    let start = 0;
    return flag.split.parts.map((part) => {
      start += part.percent * 10;
      const bucket = {
        type: 'user_bucket',
        targetValue: start,
        operator: 'lt',
        field: null,
        additionalValues: { salt: flag.key },
        idType: 'userID',
      };
      return rule(flag, { id: part.value, name: part.value, conditions: [bucket], returnValue: { value: part.value } });
    });
  }
  return flag.rules.map((conditions, i) => rule(flag, { id: `rule-${i}`, conditions: conditions.map(conditionOf) }));
}

function wire(flag) {
  const experiment = isText(flag);
  return {
    name: flag.key,
    type: experiment ? 'dynamic_config' : 'feature_gate',
    salt: flag.key,
    enabled: flag.on,
    defaultValue: experiment ? {} : false,
    rules: rulesOf(flag),
    idType: flag.split?.by === 'accountId' ? 'accountId' : 'userID',
    entity: experiment ? 'experiment' : 'feature_gate',
  };
}

/** Exposures off: the evaluation alone. */
export async function create(flags) {
  const server = new StatsigServer('secret-bench', {
    localMode: true,
    disableDiagnostics: true,
    initStrategyForIP3Country: 'none',
    initStrategyForUAParser: 'none',
    bootstrapValues: JSON.stringify({
      has_updates: true,
      time: 1,
      feature_gates: flags.filter((flag) => !isText(flag)).map(wire),
      dynamic_configs: flags.filter(isText).map(wire),
      layer_configs: [],
      id_lists: {},
      layers: {},
    }),
  });
  await server.initializeAsync();
  const evaluate = (flag, user) =>
    isText(flag)
      ? server.getConfigWithExposureLoggingDisabledSync(user, flag.key).get('value', '')
      : server.checkGateWithExposureLoggingDisabledSync(user, flag.key);
  return {
    context: ({ userId, accountId, country, email, ...custom }) => ({
      userID: userId,
      customIDs: { accountId },
      country,
      email,
      custom,
    }),
    evaluate,
    all(context) {
      let n = 0;
      for (const flag of flags) {
        n += evaluate(flag, context) === undefined ? 0 : 1;
      }
      return n;
    },
    close: () => server.shutdown(),
  };
}
