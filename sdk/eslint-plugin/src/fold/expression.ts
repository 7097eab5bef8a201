import type { Node, Source } from '../node.js';
import { type Edits, wholeLines } from './edits.js';

/** Leaves of an expression only a part of it, in parentheses where they are needed. */
export function keepExpression(whole: Node, kept: Node, edits: Edits, source: Source): void {
  const container = whole.parent as Node;
  if (container.type === 'JSXExpressionContainer' && container.parent?.type !== 'JSXAttribute') {
    keepInJSX(container, kept, edits, source);
    return;
  }
  if (container.type === 'ExpressionStatement' && (kept.type === 'Literal' || kept.type === 'Identifier')) {
    edits.remove(...wholeLines(container, source));
    return;
  }
  edits.keep(whole, kept.range[0], kept.range[1]);
  if (needsParentheses(kept, whole, source)) {
    edits.replace(kept.range[0], kept.range[0], '(');
    edits.replace(kept.range[1], kept.range[1], ')');
  }
}

function keepInJSX(container: Node, kept: Node, edits: Edits, source: Source): void {
  if (kept.type === 'JSXElement' || kept.type === 'JSXFragment') {
    edits.keep(container, kept.range[0], kept.range[1]);
    return;
  }
  if (kept.type === 'Literal' && (kept.value === null || typeof kept.value === 'boolean')) {
    removeFromJSX(container, edits, source);
    return;
  }
  edits.keep(container.expression as Node, kept.range[0], kept.range[1]);
}

/** Removes what shows nothing, with its line. */
export function removeFromJSX(container: Node, edits: Edits, source: Source): void {
  edits.remove(...wholeLines(container, source));
}

const loose =
  /^(SequenceExpression|AssignmentExpression|ArrowFunctionExpression|ConditionalExpression|LogicalExpression|BinaryExpression|YieldExpression|AwaitExpression|UnaryExpression)$/;
const roomy =
  /^(VariableDeclarator|ReturnStatement|ThrowStatement|ExpressionStatement|AssignmentExpression|Property|JSXExpressionContainer|IfStatement|WhileStatement|ArrayExpression|TemplateLiteral|AssignmentPattern|PropertyDefinition|ExportDefaultDeclaration)$/;

/** Whether an expression means something else without parentheses, where the whole stood. */
function needsParentheses(kept: Node, whole: Node, source: Source): boolean {
  const around = whole.parent as Node;
  const enclosed = source.text[whole.range[0] - 1] === '(' && source.text[whole.range[1]] === ')';
  if (enclosed) {
    return false;
  }
  if (kept.type === 'SequenceExpression') {
    return true;
  }
  const begins = source.text.slice(kept.range[0]);
  if (around.type === 'ExpressionStatement' || around.type === 'ArrowFunctionExpression') {
    return /^(\{|function\b|class\b)/.test(begins);
  }
  if (around.type === 'CallExpression' || around.type === 'NewExpression') {
    return around.callee === whole && (loose.test(kept.type) || kept.type === 'FunctionExpression');
  }
  return loose.test(kept.type) && !roomy.test(around.type);
}
