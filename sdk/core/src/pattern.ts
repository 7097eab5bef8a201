import { hasCodePoint, word } from './charset.js';
import { type Assertion, parsePattern } from './pattern_parse.js';
import { PatternProgram } from './pattern_program.js';

/**
 * A regular expression that says whether it is found anywhere in a text.
 *
 * It is not a RegExp, for two reasons. A RegExp tries one way after another, so
 * `(a+)+$` and its like can hold a server for years over one attribute; this
 * reads every character once, whatever the pattern. And the two syntaxes give
 * the same text different meanings: `\s`, `.`, `$` and `\z` differ, `(?i)` is
 * missing. Here RE2's alone counts.
 */
export class Pattern {
  readonly #program: PatternProgram;
  /** The table of the machine, made while it runs: every set of states that texts have led to. */
  readonly #states = new Map<string, State>();
  readonly #maxStates: number;
  readonly #start: State;

  /** @throws PatternError for a pattern that cannot be run. */
  constructor(source: string) {
    this.#program = new PatternProgram(parsePattern(source));
    this.#maxStates = Math.max(16, Math.floor(maxCells / this.#program.alphabet.firsts.length));
    this.#start = this.#state([this.#program.start], 'start');
  }

  /** Whether the pattern is found in `text`. It takes time in proportion to the length of `text`. */
  test(text: string): boolean {
    const { alphabet } = this.#program;
    let state = this.#start;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code >= 0xd800 && code < 0xe000) {
        code = codePointAt(text, i);
        i += code > 0xffff ? 1 : 0;
      }
      const symbol = alphabet.classOf(code);
      const next = state.next[symbol] ?? this.#step(state, symbol);
      if (next === 'matched') {
        return true;
      }
      state = next;
    }
    state.end ??= this.#settled(state, undefined) === 'matched';
    return state.end;
  }

  /** Fills a cell of the table. */
  #step(state: State, symbol: number): State | 'matched' {
    const reached = this.#settled(state, symbol);
    if (reached !== 'matched' && this.#states.size >= this.#maxStates) {
      this.#states.clear(); // states under way stay usable; they are only found no more
    }
    const before = this.#placeAfter(symbol);
    const next = reached === 'matched' ? reached : this.#state([this.#program.start, ...reached], before);
    state.next[symbol] = next;
    return next;
  }

  #state(members: readonly number[], before: Place): State {
    const sorted = [...new Set(members)].sort((a, b) => a - b);
    const key = `${before} ${sorted.join(' ')}`;
    const state = this.#states.get(key) ?? { members: sorted, before, next: [], end: undefined };
    this.#states.set(key, state);
    return state;
  }

  /**
   * Follows all that takes no character, then takes one of the class `symbol`
   * (undefined is the end of the text). It returns where that leads, or
   * 'matched' if a match ends before it.
   */
  #settled(state: State, symbol: number | undefined): ReadonlySet<number> | 'matched' {
    const after = symbol === undefined ? 'end' : this.#placeAfter(symbol);
    const open = new Set(state.members);
    const reached = new Set<number>();
    for (const at of open) {
      const instruction = this.#program.instructions[at];
      switch (instruction?.kind) {
        case 'match':
          return 'matched';
        case 'take':
          if (symbol !== undefined && instruction.classes[symbol] === 1) {
            reached.add(instruction.next);
          }
          break;
        case 'assert':
          if (holds(instruction.what, state.before, after)) {
            open.add(instruction.next);
          }
          break;
        case 'fork':
          for (const next of instruction.next) {
            open.add(next); // the loop reaches what is added to the set while it runs
          }
      }
    }
    return reached;
  }

  /** What the place after a character of the class is, and so what such a character is for the place before it. */
  #placeAfter(symbol: number): Place {
    const code = this.#program.alphabet.firsts[symbol] ?? 0;
    if (code === 0x0a) {
      return 'newline';
    }
    return hasCodePoint(word, code) ? 'word' : 'other';
  }
}

/** The most cells of the table of a pattern; a text that leads further makes it start anew. */
const maxCells = 1 << 16;

/** What stands on one side of a place between two characters. */
type Place = 'start' | 'end' | 'newline' | 'word' | 'other';

interface State {
  readonly members: readonly number[];
  /** What stands before the place. */
  readonly before: Place;
  /** Where each class of characters leads; made when it is first met. */
  readonly next: (State | 'matched' | undefined)[];
  /** Whether a match ends at the end of the text; undefined until it was first met. */
  end: boolean | undefined;
}

function holds(what: Assertion, before: Place, after: Place): boolean {
  switch (what) {
    case 'textStart':
      return before === 'start';
    case 'textEnd':
      return after === 'end';
    case 'lineStart':
      return before === 'start' || before === 'newline';
    case 'lineEnd':
      return after === 'end' || after === 'newline';
    case 'wordBoundary':
      return (before === 'word') !== (after === 'word');
    case 'noWordBoundary':
      return (before === 'word') === (after === 'word');
  }
}

/** The character at `i`; half of a pair alone is U+FFFD, as it is in JSON read by Go. */
function codePointAt(text: string, i: number): number {
  const code = text.codePointAt(i) ?? 0;
  return code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
}
