import type { Node, Source } from '../node.js';
import { type Edits, wholeLines } from './edits.js';

/** Leaves of an if statement what is run when its test has the value. */
export function foldIf(statement: Node, value: boolean, edits: Edits, source: Source): void {
  const kept = value ? statement.consequent : statement.alternate;
  const parent = statement.parent as Node;
  const list = statementsOf(parent);
  if (!kept) {
    removeIf(statement, list, edits, source);
    return;
  }
  if (list === undefined || kept.type === 'IfStatement') {
    edits.keep(statement, kept.range[0], kept.range[1]);
    return;
  }
  unwrap(statement, kept, edits, source);
  if (leaves(kept)) {
    removeAfter(statement, list, edits, source);
  }
}

/** The list that a statement is in, if its parent is one. */
function statementsOf(parent: Node): Node[] | undefined {
  if (parent.type === 'SwitchCase') {
    return parent.consequent as unknown as Node[];
  }
  return Array.isArray(parent.body) ? parent.body : undefined;
}

function removeIf(statement: Node, list: Node[] | undefined, edits: Edits, source: Source): void {
  const parent = statement.parent as Node;
  if (list !== undefined) {
    edits.remove(...wholeLines(statement, source));
  } else if (parent.type === 'IfStatement' && parent.alternate === statement) {
    edits.remove((parent.consequent as Node).range[1], statement.range[1]);
  } else {
    edits.replace(statement.range[0], statement.range[1], '{}');
  }
}

/** Puts what is in a block in the place of the statement, unless its names would clash. */
function unwrap(statement: Node, kept: Node, edits: Edits, source: Source): void {
  if (kept.type !== 'BlockStatement') {
    edits.keep(statement, kept.range[0], kept.range[1]);
    return;
  }
  const body = kept.body as Node[];
  const inside = source.text.slice(kept.range[0] + 1, kept.range[1] - 1);
  if (inside.trim() === '') {
    edits.remove(...wholeLines(statement, source));
    return;
  }
  if (clashes(body, statement, source)) {
    edits.keep(statement, kept.range[0], kept.range[1]);
    return;
  }
  const start = kept.range[0] + 1 + (inside.length - inside.trimStart().length);
  const end = kept.range[1] - 1 - (inside.length - inside.trimEnd().length);
  edits.keep(statement, start, end);
  dedent(start, end, column(start, source) - column(statement.range[0], source), edits, source);
}

/** Whether a name that a block declares is used around it, so that the block must stay. */
function clashes(body: Node[], statement: Node, source: Source): boolean {
  const names = body.flatMap(declared);
  if (names.length === 0) {
    return false;
  }
  const [from, to] = (statement.parent as Node).range;
  return source.ast.tokens.some(
    (t) =>
      t.range[0] >= from &&
      t.range[1] <= to &&
      (t.range[0] < statement.range[0] || t.range[0] >= statement.range[1]) &&
      names.includes(t.value),
  );
}

/** The names that a statement declares for its block. */
function declared(statement: Node): string[] {
  if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
    return (statement.declarations ?? []).flatMap((d) => namesIn(d.id));
  }
  return /^(Class|Function)Declaration$/.test(statement.type) && statement.id?.name ? [statement.id.name] : [];
}

/** The names that a pattern binds. */
function namesIn(pattern: Node | null | undefined): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name ?? ''];
    case 'ObjectPattern':
      return (pattern.properties ?? []).flatMap((p) => namesIn(p.type === 'Property' ? (p.value as Node) : p));
    case 'ArrayPattern':
      return (pattern.elements ?? []).flatMap(namesIn);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** How far a place is from the beginning of its line. */
function column(at: number, source: Source): number {
  return at - (source.text.lastIndexOf('\n', at - 1) + 1);
}

/** Moves the lines after the first to the left, but not those that begin inside a template. */
function dedent(start: number, end: number, by: number, edits: Edits, source: Source): void {
  const templates = source.ast.tokens.filter((t) => t.type === 'Template' && t.range[1] > start && t.range[0] < end);
  for (let at = source.text.indexOf('\n', start) + 1; at > 0 && at < end; at = source.text.indexOf('\n', at) + 1) {
    const blank = /^[ \t]*/.exec(source.text.slice(at, at + by))?.[0].length ?? 0;
    if (!templates.some((t) => t.range[0] < at && at <= t.range[1])) {
      edits.remove(at, at + blank);
    }
  }
}

/** Whether what comes after a statement is never reached. */
function leaves(statement: Node): boolean {
  if (statement.type === 'BlockStatement') {
    const last = (statement.body as Node[]).at(-1);
    return last !== undefined && leaves(last);
  }
  if (statement.type === 'IfStatement') {
    return Boolean(statement.alternate && leaves(statement.consequent as Node) && leaves(statement.alternate));
  }
  return /^(Return|Throw|Continue|Break)Statement$/.test(statement.type);
}

/** Removes the statements that are not reached any more; functions are, by name. */
function removeAfter(statement: Node, list: Node[], edits: Edits, source: Source): void {
  for (const later of list.slice(list.indexOf(statement) + 1)) {
    if (later.type !== 'FunctionDeclaration' && !later.type.startsWith('TS')) {
      edits.remove(...wholeLines(later, source));
    }
  }
}
