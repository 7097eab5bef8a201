import type { Rule } from 'eslint';
import type { Node, Source } from '../node.js';

type Range = readonly [number, number];

/** Changes of a text that are made together. What lies inside a deleted stretch is deleted with it. */
export class Edits {
  readonly #all: { range: Range; text: string }[] = [];

  remove(from: number, to: number): void {
    this.replace(from, to, '');
  }

  replace(from: number, to: number, text: string): void {
    if (from < to || text !== '') {
      this.#all.push({ range: [from, to], text });
    }
  }

  /** Leaves of a node only a part of it. */
  keep(node: Node, from: number, to: number): void {
    this.remove(node.range[0], from);
    this.remove(to, node.range[1]);
  }

  /** Whether a place is deleted, or written anew. */
  drops(at: number): boolean {
    return this.#all.some(({ range }) => range[0] <= at && at < range[1]);
  }

  /** Those that count, in order: none inside of another, none twice. */
  resolved(): { range: Range; text: string }[] {
    const sorted = this.#all.map((edit) => ({ ...edit }));
    sorted.sort(
      (a, b) => a.range[0] - b.range[0] || Number(isInsertion(b)) - Number(isInsertion(a)) || b.range[1] - a.range[1],
    );
    const out: { range: Range; text: string }[] = [];
    for (const edit of sorted) {
      const last = out.at(-1);
      if (last === undefined || edit.range[0] >= last.range[1]) {
        out.push(edit);
      } else if (edit.range[1] > last.range[1]) {
        last.range = [last.range[0], edit.range[1]]; // two deletions that overlap
      }
    }
    return out;
  }

  /** As a fix of ESLint. */
  fix(fixer: Rule.RuleFixer): Rule.Fix[] {
    return this.resolved().map(({ range, text }) => fixer.replaceTextRange([range[0], range[1]], text));
  }
}

/** Whether a change deletes nothing. */
function isInsertion({ range }: { range: Range }): boolean {
  return range[0] === range[1];
}

/** Where the text around a statement begins and ends, with its line if it is alone on it. */
export function wholeLines(node: Node, source: Source, from = node.range[0], to = node.range[1]): Range {
  const text = source.text;
  let start = from;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) {
    start--;
  }
  const lineBegins = start === 0 || text[start - 1] === '\n';
  let end = to;
  while (/[ \t;]/.test(text[end] ?? '')) {
    end++;
  }
  if (!lineBegins || (end < text.length && !/[\r\n]/.test(text[end] ?? ''))) {
    return [from, to];
  }
  if (text[end] === '\r') {
    end++;
  }
  return [start, Math.min(end + 1, text.length)];
}
