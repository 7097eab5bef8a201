// The flags and the users of the comparison, in no vendor's format. Each file
// of engines/ says them in its engine's own words.

/** How many users take turns, so that nothing answers from the last call. */
export const userCount = 1024;

const enterprise = [1, 2, 3].map((i) => `enterprise-account-${String(i).padStart(11, '0')}`);
const allowed = (i) => `allowed-account-${String(i).padStart(14, '0')}`;
const allowlist = Array.from({ length: 10_000 }, (_, i) => allowed(i));

/**
 * A quarter match case d, 1% case e and half case f; in no order that a branch
 * predictor could learn. All ids have 30 bytes.
 */
const concatenated = Array.from({ length: userCount }, (_, i) => {
  const mixed = (i * 389) % userCount;
  const user = {
    userId: `user-${String(mixed).padStart(25, '0')}`,
    accountId: `account-${String(mixed).padStart(22, '0')}`,
    plan: 'pro',
    country: 'DE',
    email: `u${mixed}@example.com`,
    tier: 'tier-50',
  };
  if (mixed % 4 === 0) {
    user.plan = 'free';
    user.country = ['US', 'UK'][(mixed / 4) % 2];
  }
  if (mixed % 100 === 7) {
    user.accountId = enterprise[Math.floor(mixed / 100) % 3];
  } else if (mixed % 2 === 1) {
    user.accountId = allowed(mixed * 9);
  }
  return user;
});

/** Users as the body of a request has them: each text in one piece, which concatenation alone does not make. */
export const users = JSON.parse(JSON.stringify(concatenated));

const whoever = (attribute, values) => ({ attribute, values });

/**
 * A flag is off, or serves true by its rules (all conditions of one must
 * hold), or splits its units; where nothing says otherwise it serves false.
 */
function flagOf(kind, key) {
  switch (kind) {
    case 'a_off':
      return { key, on: false, rules: [] };
    case 'b_percent':
      return {
        key,
        on: true,
        rules: [],
        split: {
          by: 'accountId',
          parts: [
            { value: true, percent: 5 },
            { value: false, percent: 95 },
          ],
        },
      };
    case 'c_ab':
      return {
        key,
        on: true,
        rules: [],
        split: {
          by: 'userId',
          parts: [
            { value: 'control', percent: 50 },
            { value: 'treatment', percent: 50 },
          ],
        },
      };
    case 'd_rule':
      return { key, on: true, rules: [[whoever('plan', ['free']), whoever('country', ['US', 'UK'])]] };
    case 'e_allow3':
      return { key, on: true, rules: [[whoever('accountId', enterprise)]] };
    case 'f_allow10k':
      return { key, on: true, rules: [[whoever('accountId', allowlist)]] };
    case 'g_rules50':
      return { key, on: true, rules: Array.from({ length: 50 }, (_, i) => [whoever('tier', [`tier-${i + 1}`])]) };
    default:
      throw new Error(`no flag of kind ${kind}`);
  }
}

/** Cases a to g: one flag each. Case h is every flag of `thousand` for one user. */
export const cases = ['a_off', 'b_percent', 'c_ab', 'd_rule', 'e_allow3', 'f_allow10k', 'g_rules50'].map((kind) =>
  flagOf(kind, kind),
);

/** 1,000 flags: the kinds a to e in turn. */
export const thousand = Array.from({ length: 1000 }, (_, i) =>
  flagOf(cases[i % 5].key, `flag-${String(i).padStart(4, '0')}`),
);

/** What a flag without a split answers; undefined where a hash decides. */
export function expected(flag, user) {
  if (flag.split) {
    return undefined;
  }
  return (
    flag.on &&
    flag.rules.some((rule) => rule.every((condition) => condition.values.includes(user[condition.attribute])))
  );
}

export const isText = (flag) => typeof flag.split?.parts[0].value === 'string';
