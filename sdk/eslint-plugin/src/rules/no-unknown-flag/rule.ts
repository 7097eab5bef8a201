import { flagRule } from '../../rule.js';

/** Reports uses of flags that the server does not know. */
export const noUnknownFlag = flagRule({
  name: 'no-unknown-flag',
  description: 'Flags that code names exist',
  messages: { unknown: 'Flag "{{ key }}" does not exist.{{ near }}' },
  judge(flag, key, flags) {
    if (flag !== undefined) {
      return undefined;
    }
    const instead = nearest(key, flags.keys());
    const near = instead === undefined ? '' : ` Did you mean "${instead}"?`;
    return { messageId: 'unknown', data: { key, near }, ...(instead === undefined ? {} : { instead }) };
  },
});

/** The key that differs least, if it differs by no more than two characters or a third of its length. */
export function nearest(key: string, keys: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(key.length - 1, Math.max(2, Math.floor(key.length / 3))) + 1;
  for (const other of keys) {
    const distance = editDistance(key, other, least);
    if (distance < least) {
      [best, least] = [other, distance];
    }
  }
  return best;
}

/** The edit distance of Levenshtein, or at least limit where it is not below it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) {
    return limit;
  }
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
