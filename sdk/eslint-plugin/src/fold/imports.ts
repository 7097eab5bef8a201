import type { Node, Source } from '../node.js';
import { type Edits, wholeLines } from './edits.js';

/**
 * Removes the imports that only what is removed has used. A name counts as used
 * wherever it stands, so one that only looks alike keeps an import, and none is
 * removed by mistake.
 */
export function dropUnused(edits: Edits, source: Source): void {
  const program = source.ast as unknown as Node;
  for (const statement of program.body as Node[]) {
    if (statement.type !== 'ImportDeclaration' || !statement.specifiers?.length) {
      continue;
    }
    const left = statement.specifiers.filter((s) => !lost(s.local?.name ?? '', statement, edits, source));
    if (left.length === 0) {
      edits.remove(...wholeLines(statement, source));
    } else if (left.length < statement.specifiers.length) {
      rewrite(statement, left, edits, source);
    }
  }
}

/** Whether a name is used, but nowhere else than where it is removed. */
function lost(name: string, statement: Node, edits: Edits, source: Source): boolean {
  let used = false;
  for (const token of source.ast.tokens) {
    if (token.value !== name || (token.range[0] >= statement.range[0] && token.range[1] <= statement.range[1])) {
      continue;
    }
    if (!edits.drops(token.range[0])) {
      return false;
    }
    used = true;
  }
  return used;
}

/** Writes what an import takes anew. */
function rewrite(statement: Node, left: Node[], edits: Edits, source: Source): void {
  const text = (node: Node) => source.text.slice(node.range[0], node.range[1]);
  const plain = left.filter((s) => s.type !== 'ImportSpecifier').map(text);
  const named = left.filter((s) => s.type === 'ImportSpecifier').map(text);
  const all = [...plain, ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : [])].join(', ');
  const kind = statement.importKind === 'type' ? 'type ' : '';
  edits.replace(statement.range[0], (statement.source as Node).range[0], `import ${kind}${all} from `);
}
