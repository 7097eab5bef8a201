import { type Constant, type Node, type Source, transparent } from '../node.js';
import { Edits, wholeLines } from './edits.js';
import { keepExpression, removeFromJSX } from './expression.js';
import { dropUnused } from './imports.js';
import { foldIf } from './statement.js';

/** What becomes of the code around a call whose value is known. */
export interface Folded {
  edits: Edits;
  /** Whether nothing else than the flag is lost: no call with an effect of its own. */
  safe: boolean;
}

/** Works out the change that removes what a value of a flag has decided. */
export function fold(call: Node, value: Constant, source: Source): Folded {
  const folder = new Folder(source);
  folder.climb(call, value);
  dropUnused(folder.edits, source);
  return { edits: folder.edits, safe: folder.safe && harmless(call) };
}

/** Whether the call itself can go: its arguments, and what it is called on, do nothing. */
function harmless(call: Node): boolean {
  return [call.callee, ...(call.arguments ?? [])].every((part) => part !== undefined && pure(part));
}

/** Whether evaluating an expression does nothing. */
function pure(node: Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'TemplateElement':
      return true;
    case 'MemberExpression':
      return pure(node.object as Node) && (!node.computed || pure(node.property as Node));
    case 'ObjectExpression':
      return (node.properties ?? []).every((p) =>
        p.type === 'Property' ? pure(p.value as Node) : pure(p.argument as Node),
      );
    case 'ArrayExpression':
      return (node.elements ?? []).every((e) => e === null || pure(e));
    case 'TemplateLiteral':
      return (node.expressions ?? []).every(pure);
    case 'LogicalExpression':
    case 'BinaryExpression':
      return pure(node.left as Node) && pure(node.right as Node);
    case 'UnaryExpression':
      return node.operator !== 'delete' && pure(node.argument as Node);
    case 'ConditionalExpression':
      return pure(node.test as Node) && pure(node.consequent as Node) && pure(node.alternate as Node);
    default:
      return transparent(node) && pure(node.expression as Node);
  }
}

class Folder {
  readonly edits = new Edits();
  safe = true;
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Follows a known value outwards as far as it decides, and changes the code there. */
  climb(node: Node, value: Constant): void {
    const parent = node.parent;
    if (!parent) {
      return;
    }
    if (transparent(parent) || parent.type === 'AwaitExpression') {
      this.climb(parent, value);
      return;
    }
    switch (parent.type) {
      case 'UnaryExpression':
        if (parent.operator === '!') {
          this.climb(parent, !value);
          return;
        }
        break;
      case 'BinaryExpression':
        if (this.#compare(parent, node, value)) {
          return;
        }
        break;
      case 'LogicalExpression':
        this.#logical(parent, node, value);
        return;
      case 'ConditionalExpression':
        if (parent.test === node) {
          const kept = (value ? parent.consequent : parent.alternate) as Node;
          keepExpression(parent, kept, this.edits, this.#source);
          return;
        }
        break;
      case 'IfStatement':
        if (parent.test === node) {
          foldIf(parent, Boolean(value), this.edits, this.#source);
          return;
        }
        break;
      case 'VariableDeclarator':
        if (parent.init === node && this.#variable(parent, value)) {
          return;
        }
        break;
    }
    this.#literal(node, value);
  }

  #compare(comparison: Node, node: Node, value: Constant): boolean {
    const other = comparison.left === node ? comparison.right : comparison.left;
    const equal = /^===?$/.test(comparison.operator ?? '');
    if (
      other?.type !== 'Literal' ||
      typeof other.value !== typeof value ||
      (!equal && !/^!==?$/.test(comparison.operator ?? ''))
    ) {
      return false;
    }
    this.climb(comparison, (other.value === value) === equal);
    return true;
  }

  #logical(logical: Node, node: Node, value: Constant): void {
    const decides = logical.operator === '&&' ? !value : logical.operator === '||' ? Boolean(value) : true;
    if (logical.left === node) {
      if (decides) {
        this.climb(logical, value);
      } else {
        keepExpression(logical, logical.right as Node, this.edits, this.#source);
      }
      return;
    }
    const left = logical.left as Node;
    if (logical.operator === '??' || typeof value !== 'boolean') {
      this.#literal(node, value);
      return;
    }
    if (decides && pure(left)) {
      this.climb(logical, value);
      return;
    }
    if (!decides && isTest(logical)) {
      keepExpression(logical, left, this.edits, this.#source);
      return;
    }
    this.#literal(node, value);
  }

  /** Removes a variable that holds the value, with what it decides. */
  #variable(declarator: Node, value: Constant): boolean {
    const declaration = declarator.parent as Node;
    const [variable] = this.#source.scopeManager.getDeclaredVariables(declarator as never);
    const uses = variable?.references.filter((r) => !r.init) ?? [];
    const exported = declaration.parent?.type === 'ExportNamedDeclaration';
    if (
      declarator.id?.type !== 'Identifier' ||
      variable === undefined ||
      uses.length === 0 ||
      exported ||
      uses.some((r) => r.isWrite())
    ) {
      return false;
    }
    for (const use of uses) {
      this.climb(use.identifier as unknown as Node, value);
    }
    if (declaration.declarations?.length === 1) {
      this.edits.remove(...wholeLines(declaration, this.#source));
    } else {
      removeItem(declarator, declaration.declarations ?? [], this.edits);
    }
    return true;
  }

  #literal(node: Node, value: Constant): void {
    const parent = node.parent as Node;
    const text = typeof value === 'string' ? quoted(value) : String(value);
    if (parent.type === 'ExpressionStatement') {
      this.edits.remove(...wholeLines(parent, this.#source));
      return;
    }
    if (
      parent.type === 'JSXExpressionContainer' &&
      parent.parent?.type !== 'JSXAttribute' &&
      typeof value === 'boolean'
    ) {
      removeFromJSX(parent, this.edits, this.#source);
      return;
    }
    if (parent.type === 'ArrayExpression' && isDependencies(parent)) {
      const items = (parent.elements ?? []).filter((e) => e !== null);
      removeItem(node, items, this.edits);
      return;
    }
    if (parent.type === 'Property' && parent.shorthand) {
      this.edits.replace(parent.range[0], parent.range[1], `${node.name}: ${text}`);
      return;
    }
    this.edits.replace(node.range[0], node.range[1], text);
  }
}

/** Whether only the truth of an expression counts. */
function isTest(node: Node): boolean {
  const parent = node.parent as Node;
  switch (parent.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return parent.test === node;
    case 'UnaryExpression':
      return parent.operator === '!';
    case 'LogicalExpression':
      return isTest(parent);
    default:
      return false;
  }
}

/** Whether an array lists what a hook of React depends on. */
function isDependencies(array: Node): boolean {
  const call = array.parent;
  return call?.type === 'CallExpression' && call.arguments?.[1] === array && /^use[A-Z]/.test(call.callee?.name ?? '');
}

/** Removes one of several items, with its comma. */
function removeItem(item: Node, all: Node[], edits: Edits): void {
  const i = all.indexOf(item);
  const [before, after] = [all[i - 1], all[i + 1]];
  if (after !== undefined) {
    edits.remove(item.range[0], after.range[0]);
  } else if (before !== undefined) {
    edits.remove(before.range[1], item.range[1]);
  } else {
    edits.remove(item.range[0], item.range[1]);
  }
}

/** A text as it is written in code. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
