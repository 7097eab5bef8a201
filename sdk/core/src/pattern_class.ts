import { type CharRange, type CharSet, escapes, folded, maxCodePoint, negated, one, posix } from './charset.js';
import type { PatternCursor } from './pattern_cursor.js';

/** Reads what stands for one character: characters, escapes and classes in brackets. */
export class ClassReader {
  readonly #cursor: PatternCursor;
  /** Whether what is read next matches both cases of letters. */
  ignoreCase = false;

  constructor(cursor: PatternCursor) {
    this.#cursor = cursor;
  }

  /** The next character as itself. */
  literal(): CharSet {
    const from = this.#cursor.at;
    return this.#cased(one(codeOf(this.#cursor.next())), from);
  }

  /** The rest of an escape after the backslash, of one character or of a class such as \d. */
  escape(): CharSet {
    const from = this.#cursor.at - 1;
    return this.#classEscape(from) ?? this.#cased(one(this.#escapedCode(from)), from);
  }

  /** The rest of a class after its bracket. */
  brackets(): CharSet {
    const cursor = this.#cursor;
    const from = cursor.at - 1;
    const negate = cursor.peek() === '^';
    if (negate) {
      cursor.next();
    }
    const set: CharRange[] = [];
    for (let first = true; first || cursor.peek() !== ']'; first = false) {
      set.push(...this.#item(from));
    }
    cursor.next();
    return negate ? negated(set) : set;
  }

  #item(from: number): CharSet {
    const cursor = this.#cursor;
    const start = cursor.at;
    const named = this.#named();
    if (named !== undefined) {
      return named;
    }
    const low = this.#edge(from);
    if (typeof low !== 'number') {
      return low;
    }
    if (cursor.peek() !== '-' || cursor.peek(1) === ']' || cursor.peek(1) === '') {
      return this.#cased(one(low), start);
    }
    cursor.next();
    const high = this.#edge(from);
    if (typeof high !== 'number' || high < low) {
      throw cursor.error('has a range that ends before it starts, or in a class', start);
    }
    return this.#cased([[low, high]], start);
  }

  /** One character inside brackets, or the class of an escape. */
  #edge(from: number): number | CharSet {
    const cursor = this.#cursor;
    if (cursor.ended) {
      throw cursor.error('misses a closing bracket', from);
    }
    const start = cursor.at;
    const char = cursor.next();
    return char === '\\' ? (this.#classEscape(start) ?? this.#escapedCode(start)) : codeOf(char);
  }

  /** A class such as [:alpha:] or [:^digit:] inside brackets. */
  #named(): CharSet | undefined {
    const from = this.#cursor.at;
    const found = this.#cursor.take('[', /^\[:(\^?)(.*?):\]/s);
    if (found === null) {
      return undefined; // if there is a bracket, it is a character like any other
    }
    const set = posix.get(found[2] ?? '');
    if (set === undefined) {
      throw this.#cursor.error(`has a class ${found[0]} that RE2 does not know`, from);
    }
    const cased = this.#cased(set, from);
    return found[1] === '^' ? negated(cased) : cased;
  }

  /** The set of \d, \s, \w or an opposite of theirs; undefined for another escape. */
  #classEscape(from: number): CharSet | undefined {
    const char = this.#cursor.peek();
    if (char === 'p' || char === 'P') {
      const cause = 'which depends on the Unicode tables of the runtime; list the characters instead';
      throw this.#cursor.error(`uses \\${char}, ${cause}`, from);
    }
    const set = escapes.get(char.toLowerCase());
    if (set === undefined) {
      return undefined;
    }
    this.#cursor.next();
    const cased = this.#cased(set, from);
    return char === char.toLowerCase() ? cased : negated(cased);
  }

  /** The code point that the rest of an escape stands for. */
  #escapedCode(from: number): number {
    const cursor = this.#cursor;
    const octal = cursor.take('01234567', /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/);
    if (octal !== null) {
      return Number.parseInt(octal[0], 8);
    }
    const hex = cursor.take('x', /^x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/);
    const code = hex === null ? 0 : Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (hex !== null && code <= maxCodePoint) {
      return code;
    }
    const char = cursor.next();
    const control = controls.get(char);
    if (control !== undefined) {
      return control;
    }
    if (hex !== null || char === '' || char > '\x7f' || /[0-9A-Za-z]/.test(char)) {
      const reference = /[1-9]/.test(char) ? '; there are no back-references' : '';
      throw cursor.error(`has an escape that RE2 does not know${reference}`, from);
    }
    return codeOf(char);
  }

  #cased(set: CharSet, from: number): CharSet {
    const cased = this.ignoreCase ? folded(set) : set;
    if (cased === undefined) {
      const cause = 'which depends on the Unicode tables of the runtime; list both cases instead';
      throw this.#cursor.error(`ignores the case of letters beyond ASCII, ${cause}`, from);
    }
    return cased;
  }
}

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['t', 0x09],
  ['n', 0x0a],
  ['v', 0x0b],
  ['f', 0x0c],
  ['r', 0x0d],
]);

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
