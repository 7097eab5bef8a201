import type { Rule } from 'eslint';
import { type CallOptions, type FlagCall, flagCall, mayCall } from './find/calls.js';
import { fold, quoted } from './fold/fold.js';
import { asRuleNode, type Constant, type Context, type Node } from './node.js';
import { type FlagState, load, type Settings } from './state.js';

const documentation = 'https://github.com/flagledger/flagledger/blob/main/sdk/eslint-plugin/docs/';

/** What a rule makes of one use of a flag: a message with its data, or nothing. */
export interface Verdict {
  messageId: string;
  data: Record<string, string>;
  /** The flag whose decided value is put in the place of the call. */
  decided?: FlagState;
  /** Another key to suggest. */
  instead?: string;
}

interface Parts {
  name: string;
  description: string;
  messages: Record<string, string>;
  judge: (flag: FlagState | undefined, key: string, flags: Map<string, FlagState>) => Verdict | undefined;
}

const options = {
  type: 'object',
  additionalProperties: false,
  properties: {
    clients: { type: 'string', description: 'Regular expression for the names of clients.' },
    functions: {
      type: 'array',
      description: 'Functions of your own that evaluate a flag.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string' },
          argument: { type: 'integer', minimum: 0 },
          gives: { enum: ['boolean', 'string', 'number', 'value', 'variant', 'other'] },
        },
      },
    },
  },
} as const;

/** Makes a rule that looks at each use of a flag. */
export function flagRule({ name, description, messages, judge }: Parts): Rule.RuleModule {
  return {
    meta: {
      type: 'suggestion',
      docs: { description, url: `${documentation}${name}.md`, recommended: true },
      fixable: 'code',
      hasSuggestions: true,
      schema: [options as never],
      defaultOptions: [{}],
      messages: {
        unknownState: '{{ problem }}.',
        apply: 'Replace it by {{ value }}.',
        rename: 'Name it {{ key }}.',
        ...messages,
      },
    },
    create(context) {
      const loaded = load(context.settings['flagledger'] as Settings | undefined, context.cwd);
      if ('problem' in loaded) {
        return complain(loaded.problem, context);
      }
      const given = (context.options[0] ?? {}) as CallOptions;
      if (!mayCall(context.sourceCode.text, given)) {
        return {};
      }
      return {
        CallExpression(raw) {
          const call = flagCall(raw as unknown as Node, given, context);
          const verdict = call && judge(loaded.flags.get(call.key), call.key, loaded.flags);
          if (verdict !== undefined) {
            report(call as FlagCall, verdict, context);
          }
        },
      };
    },
  };
}

let complained = '';

/** Says once in a process that nothing is known of flags: not once for each file and rule. */
function complain(problem: string, context: Context): Rule.RuleListener {
  if (complained === problem) {
    return {};
  }
  complained = problem;
  return {
    Program: (node) => context.report({ node, messageId: 'unknownState', data: { problem } }),
  };
}

function report(call: FlagCall, { messageId, data, decided, instead }: Verdict, context: Context): void {
  const node = asRuleNode(call.node);
  const value = decided && constantOf(call, decided);
  if (value !== undefined) {
    const { edits, safe } = fold(call.node, value, context.sourceCode);
    const apply = (fixer: Rule.RuleFixer) => edits.fix(fixer);
    const shown = typeof value === 'string' ? quoted(value) : String(value);
    const automatic = safe && typeof value === 'boolean' ? true : safe && call.gives === 'variant';
    context.report({
      node,
      messageId,
      data,
      ...(automatic ? { fix: apply } : { suggest: [{ messageId: 'apply', data: { value: shown }, fix: apply }] }),
    });
    return;
  }
  const at = asRuleNode(call.argument);
  const suggest =
    instead === undefined
      ? []
      : [
          {
            messageId: 'rename',
            data: { key: instead },
            fix: (f: Rule.RuleFixer) => f.replaceText(at, quoted(instead)),
          },
        ];
  context.report({ node, messageId, data, suggest: call.argument.type === 'Literal' ? suggest : [] });
}

/** What the call gives to everybody, if that can be written down. */
function constantOf({ gives }: FlagCall, { decided }: FlagState): Constant | undefined {
  if (decided === undefined || gives === 'other') {
    return undefined;
  }
  if (gives === 'variant') {
    return decided.variant;
  }
  const { value } = decided;
  const wanted = gives === 'value' ? typeof value : gives;
  return typeof value === wanted && /^(boolean|string|number)$/.test(wanted) ? (value as Constant) : undefined;
}

/** What everybody gets, in words. */
export function decidedWords(flag: FlagState): string {
  return flag.decided === undefined ? '' : ` Everybody gets ${JSON.stringify(flag.decided.value)}.`;
}
