import { decidedWords, flagRule } from '../../rule.js';

/** Reports uses of flags that are archived: evaluators do not know them, and give the default. */
export const noArchivedFlag = flagRule({
  name: 'no-archived-flag',
  description: 'Flags that are archived are not evaluated any more',
  messages: { archived: 'Flag "{{ key }}" is archived: calls get their default.{{ decided }}' },
  judge(flag, key) {
    if (flag?.lifecycle !== 'archived') {
      return undefined;
    }
    return { messageId: 'archived', data: { key, decided: decidedWords(flag) }, decided: flag };
  },
});
