import { bare, type Context, literalText, memberName, type Node } from '../node.js';
import { textOf } from './constants.js';

/** What a call of an SDK gives: its value, its variant's name, or something that holds it. */
export type Gives = 'boolean' | 'string' | 'number' | 'value' | 'variant' | 'other';

/** A function of one's own that evaluates a flag. */
export interface Wrapper {
  name: string;
  /** Which argument names the flag; 0 by default. */
  argument?: number;
  /** What it gives; a boolean by default. */
  gives?: Gives;
}

/** How calls are found, beside those of the SDKs. */
export interface CallOptions {
  functions?: Wrapper[];
  /** Regular expression for the names of clients, for methods whose names others have too. */
  clients?: string;
}

/** A place that evaluates a flag. */
export interface FlagCall {
  node: Node;
  /** The argument that names it. */
  argument: Node;
  key: string;
  gives: Gives;
}

const hooks: Record<string, Gives> = {
  useFeatureFlag: 'boolean',
  useVariant: 'variant',
  useFlagValue: 'value',
  useFlagDetails: 'other',
};

/** Methods that nobody else has. */
const ownMethods: Record<string, Gives> = {
  isEnabled: 'boolean',
  getBooleanValue: 'boolean',
  getStringValue: 'string',
  getNumberValue: 'number',
  getObjectValue: 'other',
  getBooleanDetails: 'other',
  getStringDetails: 'other',
  getNumberDetails: 'other',
  getObjectDetails: 'other',
};

/** Methods that other objects have too: they count on clients only. */
const commonMethods: Record<string, Gives> = {
  value: 'value',
  variant: 'variant',
  details: 'other',
  peek: 'other',
  expose: 'other',
};

const clientName = 'flag|feature';

const anyName = new RegExp(
  `\\b(${[...Object.keys(hooks), ...Object.keys(ownMethods)].join('|')})\\b|\\b(${Object.keys(commonMethods).join('|')})\\b\\W{0,5}\\(`,
);

/** Whether a text can evaluate flags at all: most files need no closer look. */
export function mayCall(text: string, { functions = [] }: CallOptions): boolean {
  return anyName.test(text) || functions.some((f) => text.includes(f.name));
}

const plain = new WeakMap<Node, FlagCall | null>();

/** The flag that a call evaluates, found once for all rules that have no options. */
export function flagCall(node: Node, options: CallOptions, context: Context): FlagCall | undefined {
  if (options.functions !== undefined || options.clients !== undefined) {
    return find(node, options, context);
  }
  let had = plain.get(node);
  if (had === undefined) {
    had = find(node, options, context) ?? null;
    plain.set(node, had);
  }
  return had ?? undefined;
}

/** The flag that a call evaluates, if it is one that does and the key is known. */
function find(node: Node, options: CallOptions, context: Context): FlagCall | undefined {
  const callee = node.callee && bare(node.callee);
  const found = callee && (wrapped(callee, options) ?? hook(callee) ?? method(callee, options, context));
  if (found === undefined) {
    return undefined;
  }
  const argument = node.arguments?.[found.argument];
  const key = textOf(argument, context);
  return key === undefined || argument === undefined ? undefined : { node, argument, key, gives: found.gives };
}

interface Found {
  argument: number;
  gives: Gives;
}

function wrapped(callee: Node, { functions = [] }: CallOptions): Found | undefined {
  const name = callee.type === 'MemberExpression' ? memberName(callee) : callee.name;
  const wrapper = functions.find((f) => f.name === name);
  return wrapper && { argument: wrapper.argument ?? 0, gives: wrapper.gives ?? 'boolean' };
}

function hook(callee: Node): Found | undefined {
  return callee.type === 'Identifier' ? own(hooks, callee.name) : undefined;
}

function method(callee: Node, { clients = clientName }: CallOptions, context: Context): Found | undefined {
  if (callee.type !== 'MemberExpression' || callee.object === undefined) {
    return undefined;
  }
  const name = memberName(callee);
  return (
    own(ownMethods, name) ?? (isClient(bare(callee.object), clients, context) ? own(commonMethods, name) : undefined)
  );
}

function own(names: Record<string, Gives>, name: string | undefined): Found | undefined {
  return name !== undefined && Object.hasOwn(names, name) ? { argument: 0, gives: names[name] as Gives } : undefined;
}

/** Whether an object is recognisably a client: by its name, or by where it comes from. */
function isClient(object: Node, clients: string, context: Context): boolean {
  const name = object.type === 'MemberExpression' ? memberName(object) : object.name;
  if (name === undefined) {
    return false;
  }
  return new RegExp(clients, 'i').test(name) || (object.type === 'Identifier' && fromSDK(name, context));
}

/** Whether a variable of the file holds what a function of an SDK has given. */
function fromSDK(name: string, context: Context): boolean {
  const program = context.sourceCode.ast as unknown as Node;
  for (const statement of program.body as Node[]) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    for (const { id, init } of declaration?.declarations ?? []) {
      if (id?.name === name && init) {
        return importedFromSDK(rootOf(init), program);
      }
    }
  }
  return false;
}

/** The name that a chain of calls begins with: a of `await a.b().c()`. */
function rootOf(node: Node): string | undefined {
  let at: Node | null | undefined = bare(node);
  while (at) {
    if (at.type === 'Identifier') {
      return at.name;
    }
    const next: Node | null | undefined = at.callee ?? at.object ?? at.argument;
    at = next && bare(next);
  }
  return undefined;
}

function importedFromSDK(name: string | undefined, program: Node): boolean {
  return (program.body as Node[]).some(
    (s) =>
      s.type === 'ImportDeclaration' &&
      /^@(flagledger|openfeature)\//.test(literalText(s.source) ?? '') &&
      s.specifiers?.some((x) => x.local?.name === name),
  );
}
