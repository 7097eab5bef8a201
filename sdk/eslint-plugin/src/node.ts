import type { Rule, Scope, SourceCode } from 'eslint';

/**
 * A node of the syntax tree, of JavaScript, JSX or TypeScript: what rules read
 * of it, whichever parser made it.
 */
export interface Node {
  type: string;
  range: [number, number];
  parent?: Node | null;
  // Names are those of ESTree.
  alternate?: Node | null;
  argument?: Node | null;
  arguments?: Node[];
  body?: Node | Node[];
  callee?: Node;
  computed?: boolean;
  consequent?: Node;
  declaration?: Node | null;
  declarations?: Node[];
  elements?: (Node | null)[];
  expression?: Node | boolean;
  expressions?: Node[];
  id?: Node | null;
  imported?: Node;
  importKind?: string;
  init?: Node | null;
  key?: Node;
  kind?: string;
  left?: Node;
  local?: Node;
  name?: string;
  object?: Node;
  operator?: string;
  properties?: Node[];
  property?: Node;
  quasis?: { value: { cooked?: string | null } }[];
  right?: Node;
  shorthand?: boolean;
  source?: Node | null;
  specifiers?: Node[];
  test?: Node | null;
  value?: unknown;
}

/** What a constant can be. */
export type Constant = boolean | string | number;

export type Source = SourceCode;
export type Context = Rule.RuleContext;
export type Variable = Scope.Variable;

/** As the types of ESLint have it. */
export function asRuleNode(node: Node): Rule.Node {
  return node as unknown as Rule.Node;
}

/** Without what only types see: `x!`, `x as T`, `(x)`, and the chain around `a?.b`. */
export function bare(node: Node): Node {
  while (transparent(node) && typeof node.expression === 'object') {
    node = node.expression;
  }
  return node;
}

/** Whether a node stands for the expression inside it. */
export function transparent(node: Node): boolean {
  return /^(TSAsExpression|TSNonNullExpression|TSSatisfiesExpression|TSTypeAssertion|ChainExpression)$/.test(node.type);
}

/** The text of a literal, or of a template without expressions. */
export function literalText(node: Node | null | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    return node.value;
  }
  if (node?.type === 'TemplateLiteral' && node.expressions?.length === 0) {
    return node.quasis?.[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** The name that a member is read by: of `a.b` and `a['b']`. */
export function memberName(node: Node): string | undefined {
  return node.computed ? literalText(node.property) : node.property?.name;
}
