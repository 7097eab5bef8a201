import { type CharSet, maxCodePoint, negated, one } from './charset.js';
import { ClassReader } from './pattern_class.js';
import { PatternCursor } from './pattern_cursor.js';

/** A part of a pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'all'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'any'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly min: number; readonly max: number };

/** What may be asked of a place between two characters. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/**
 * Reads a pattern in the syntax of RE2, as Go has it.
 *
 * @throws PatternError for what RE2 refuses, and for \p{...} and letters beyond
 *   ASCII under (?i), whose meaning depends on the Unicode tables of a runtime.
 */
export function parsePattern(text: string): PatternNode {
  return new Parser(text).all();
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/** A group that is being read: the alternatives that are complete, and the parts of the one under way. */
interface Group {
  readonly alternatives: PatternNode[];
  items: PatternNode[];
  /** Those of the surroundings, which count again after the group. */
  readonly flags: Flags;
}

class Parser {
  readonly #cursor: PatternCursor;
  readonly #reader: ClassReader;
  #flags: Flags = { ignoreCase: false, multiline: false, dotAll: false };
  readonly #groups: Group[] = [];
  #group: Group = { alternatives: [], items: [], flags: this.#flags };

  constructor(text: string) {
    this.#cursor = new PatternCursor(text);
    this.#reader = new ClassReader(this.#cursor);
  }

  all(): PatternNode {
    // A repetition cannot be repeated itself.
    for (let repeated = false; !this.#cursor.ended; ) {
      const from = this.#cursor.at;
      const bounds = this.#bounds();
      if (bounds === undefined) {
        this.#element();
      } else {
        this.#repeat(bounds, repeated, from);
      }
      repeated = bounds !== undefined;
    }
    if (this.#groups.length > 0) {
      throw this.#cursor.error('misses a closing parenthesis', 0);
    }
    return closed(this.#group);
  }

  #element(): void {
    const char = this.#cursor.peek();
    if (!special.has(char)) {
      this.#push(this.#reader.literal());
      return;
    }
    this.#cursor.next();
    switch (char) {
      case '(':
        this.#open();
        break;
      case ')':
        this.#close();
        break;
      case '|':
        this.#group.alternatives.push({ kind: 'all', items: this.#group.items });
        this.#group.items = [];
        break;
      case '^':
        this.#assert(this.#flags.multiline ? 'lineStart' : 'textStart');
        break;
      case '$':
        this.#assert(this.#flags.multiline ? 'lineEnd' : 'textEnd');
        break;
      case '.':
        this.#push(this.#flags.dotAll ? [[0, maxCodePoint]] : notNewline);
        break;
      case '[':
        this.#push(this.#reader.brackets());
        break;
      default:
        this.#escaped();
    }
  }

  /**
   * "*", "+", "?" or "{n,m}", and a "?" after it, which is about which match is
   * found and not whether there is one. A brace that begins none is a character
   * like any other.
   */
  #bounds(): readonly [number, number] | undefined {
    const from = this.#cursor.at;
    const found = this.#cursor.take('*+?{', /^(?:[*+?]|\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\})\??/);
    if (found === null) {
      return undefined;
    }
    const simple = simpleBounds.get(found[0].charAt(0));
    if (simple !== undefined) {
      return simple;
    }
    const min = Number(found[1]);
    const last = found[2] === undefined ? min : Number(found[3] ?? Number.POSITIVE_INFINITY);
    const most = last === Number.POSITIVE_INFINITY ? min : last;
    if (min > maxRepeat || most > maxRepeat || min > last) {
      throw this.#cursor.error(`repeats more than ${maxRepeat} times, or more at least than at most`, from);
    }
    return [min, last];
  }

  #repeat([min, max]: readonly [number, number], repeated: boolean, from: number): void {
    const item = this.#group.items.pop();
    if (item === undefined || repeated) {
      throw this.#cursor.error('has nothing to repeat', from);
    }
    const node: PatternNode = { kind: 'repeat', item, min, max };
    if (!isBounded(node, maxRepeat)) {
      throw this.#cursor.error(`repeats more than ${maxRepeat} times`, from);
    }
    this.#group.items.push(node);
  }

  #open(): void {
    const flags = this.#flags;
    if (this.#cursor.peek() === '?' && !this.#groupStart()) {
      return; // flags for the rest of the surroundings
    }
    this.#groups.push(this.#group);
    this.#group = { alternatives: [], items: [], flags };
  }

  /** What follows "(": a name, or flags. It reports whether a group begins. */
  #groupStart(): boolean {
    const from = this.#cursor.at - 1;
    if (this.#cursor.take('?', /^\?P?<[A-Za-z0-9_]+>/) !== null) {
      return true;
    }
    const found = this.#cursor.take('?', /^\?([imsU]*)(?:-([imsU]+))?([:)])/);
    if (found === null) {
      const known = '"(", "(?:", "(?P<name>" and flags of i, m, s and U';
      throw this.#cursor.error(`begins a group in a way that RE2 does not know (it knows ${known})`, from);
    }
    this.#setFlags(found[1] ?? '', true);
    this.#setFlags(found[2] ?? '', false);
    return found[3] === ':';
  }

  #setFlags(letters: string, on: boolean): void {
    const { ignoreCase, multiline, dotAll } = this.#flags;
    this.#switchTo({
      ignoreCase: letters.includes('i') ? on : ignoreCase,
      multiline: letters.includes('m') ? on : multiline,
      dotAll: letters.includes('s') ? on : dotAll,
    });
  }

  #switchTo(flags: Flags): void {
    this.#flags = flags;
    this.#reader.ignoreCase = flags.ignoreCase;
  }

  #close(): void {
    const outer = this.#groups.pop();
    if (outer === undefined) {
      throw this.#cursor.error('has a closing parenthesis too many', this.#cursor.at - 1);
    }
    this.#switchTo(this.#group.flags);
    outer.items.push(closed(this.#group));
    this.#group = outer;
  }

  #escaped(): void {
    const what = assertions.get(this.#cursor.peek());
    if (what !== undefined) {
      this.#cursor.next();
      this.#assert(what);
    } else if (this.#cursor.peek() === 'Q') {
      this.#cursor.next();
      this.#quoted();
    } else {
      this.#push(this.#reader.escape());
    }
  }

  /** Everything up to \E, or to the end, stands for itself. */
  #quoted(): void {
    while (!this.#cursor.ended && this.#cursor.take('\\', /^\\E/) === null) {
      this.#push(this.#reader.literal());
    }
  }

  #push(set: CharSet): void {
    this.#group.items.push({ kind: 'set', set });
  }

  #assert(what: Assertion): void {
    this.#group.items.push({ kind: 'assert', what });
  }
}

/** The most copies that repetitions make of a part. */
const maxRepeat = 1000;

const special: ReadonlySet<string> = new Set('()|^$.[\\');

const notNewline = negated(one(0x0a));

const simpleBounds: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['*', [0, Number.POSITIVE_INFINITY]],
  ['+', [1, Number.POSITIVE_INFINITY]],
  ['?', [0, 1]],
]);

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'textStart'],
  ['z', 'textEnd'],
  ['b', 'wordBoundary'],
  ['B', 'noWordBoundary'],
]);

function closed(group: Group): PatternNode {
  const last: PatternNode = { kind: 'all', items: group.items };
  return group.alternatives.length === 0 ? last : { kind: 'any', items: [...group.alternatives, last] };
}

/** Whether repetitions within repetitions make at most `most` copies of a part; "*" and "+" make one. */
function isBounded(node: PatternNode, most: number): boolean {
  if (node.kind === 'set' || node.kind === 'assert') {
    return true;
  }
  if (node.kind !== 'repeat') {
    return node.items.every((item) => isBounded(item, most));
  }
  const copies = node.max === Number.POSITIVE_INFINITY ? node.min : node.max;
  if (copies > most) {
    return false;
  }
  return node.max === 0 || isBounded(node.item, copies > 1 ? Math.floor(most / copies) : most);
}
