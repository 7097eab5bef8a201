import { decidedWords, flagRule } from '../../rule.js';

/** Reports uses of flags that decide nothing any more. */
export const noStaleFlag = flagRule({
  name: 'no-stale-flag',
  description: 'Flags that decide nothing any more leave the code',
  messages: { stale: 'Flag "{{ key }}" is stale: it {{ why }}.{{ decided }}' },
  judge(flag, key) {
    if (flag?.lifecycle !== 'stale') {
      return undefined;
    }
    const why = flag.findings?.[0]?.message ?? 'decides nothing any more';
    return { messageId: 'stale', data: { key, why, decided: decidedWords(flag) }, decided: flag };
  },
});
