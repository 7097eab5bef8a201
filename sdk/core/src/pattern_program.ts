import { type CharSet, hasCodePoint, maxCodePoint, one, word } from './charset.js';
import { PatternError } from './pattern_cursor.js';
import type { Assertion, PatternNode } from './pattern_parse.js';

/**
 * What a state of the machine does: take a character and go on, ask for
 * something of the place and go on, go on at several states at once, or match.
 */
export type Instruction =
  | { readonly kind: 'take'; readonly classes: Uint8Array; readonly next: number }
  | { readonly kind: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly kind: 'fork'; next: readonly number[] }
  | { readonly kind: 'match' };

/** The most states of a machine: what a pattern without nested repetitions of hundreds never needs. */
const maxStates = 10_000;

/** A pattern as a machine of Thompson: it is in several states at once and reads every character once. */
export class PatternProgram {
  readonly instructions: Instruction[] = [{ kind: 'match' }];
  readonly start: number;
  readonly alphabet: Alphabet;

  constructor(pattern: PatternNode) {
    this.alphabet = new Alphabet(setsOf(pattern));
    this.start = this.#compile(pattern, 0);
  }

  /** Adds the states of a part, after which the machine goes on at `next`; returns where it begins. */
  #compile(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'set':
        return this.#add({ kind: 'take', classes: this.alphabet.classesOf(node.set), next });
      case 'assert':
        return this.#add({ kind: 'assert', what: node.what, next });
      case 'all':
        return node.items.reduceRight((after, item) => this.#compile(item, after), next);
      case 'any':
        return this.#add({ kind: 'fork', next: node.items.map((item) => this.#compile(item, next)) });
      case 'repeat':
        return this.#repeat(node.item, node.min, node.max, next);
    }
  }

  #repeat(item: PatternNode, min: number, max: number, next: number): number {
    let at = next;
    if (max === Number.POSITIVE_INFINITY) {
      const fork: Instruction = { kind: 'fork', next: [] };
      at = this.#add(fork);
      fork.next = [this.#compile(item, at), next];
    } else {
      for (let copy = min; copy < max; copy++) {
        at = this.#add({ kind: 'fork', next: [this.#compile(item, at), next] });
      }
    }
    for (let copy = 0; copy < min; copy++) {
      at = this.#compile(item, at);
    }
    return at;
  }

  #add(instruction: Instruction): number {
    if (this.instructions.length >= maxStates) {
      throw new PatternError(`is a pattern that needs more than ${maxStates} states; repeat less`);
    }
    return this.instructions.push(instruction) - 1;
  }
}

/**
 * The code points of a pattern in classes: what no set tells apart is one
 * class, so that a table of a few columns serves all of Unicode.
 */
export class Alphabet {
  /** The first code point of each class, ascending. */
  readonly firsts: readonly number[];
  readonly #ascii: Uint16Array;

  constructor(sets: readonly CharSet[]) {
    const firsts = new Set([0]);
    for (const [first, last] of [...sets, word, one(0x0a)].flat()) {
      firsts.add(first);
      firsts.add(last + 1);
    }
    firsts.delete(maxCodePoint + 1);
    this.firsts = [...firsts].sort((a, b) => a - b);
    this.#ascii = Uint16Array.from({ length: 0x80 }, (_, code) => this.#search(code));
  }

  /** The class of a code point. */
  classOf(code: number): number {
    return this.#ascii[code] ?? this.#search(code);
  }

  /** Which classes are in a set: 1 or 0 for each. */
  classesOf(set: CharSet): Uint8Array {
    return Uint8Array.from(this.firsts, (first) => (hasCodePoint(set, first) ? 1 : 0));
  }

  #search(code: number): number {
    let low = 0;
    let high = this.firsts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.firsts[middle] ?? 0) <= code) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function setsOf(node: PatternNode): readonly CharSet[] {
  switch (node.kind) {
    case 'set':
      return [node.set];
    case 'assert':
      return [];
    case 'repeat':
      return setsOf(node.item);
    default:
      return node.items.flatMap(setsOf);
  }
}
