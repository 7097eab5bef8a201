/** Why a pattern cannot be run. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A place in a pattern that is being read, character by character (a pair of surrogates is one). */
export class PatternCursor {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#chars = Array.from(text, (char) => (isHalfPair(char) ? '\ufffd' : char));
  }

  get at(): number {
    return this.#at;
  }

  get ended(): boolean {
    return this.#at >= this.#chars.length;
  }

  /** The character `ahead` of the next one; "" at the end. */
  peek(ahead = 0): string {
    return this.#chars[this.#at + ahead] ?? '';
  }

  /** The next character, which counts as read; "" at the end. */
  next(): string {
    const char = this.peek();
    this.#at++;
    return char;
  }

  /**
   * Reads what `expression`, which must begin with ^, finds next; null if it
   * finds nothing. What it finds begins with one of `starts`.
   */
  take(starts: string, expression: RegExp): RegExpExecArray | null {
    if (this.ended || !starts.includes(this.peek())) {
      return null;
    }
    const found = expression.exec(this.#chars.slice(this.#at).join(''));
    this.#at += Array.from(found?.[0] ?? '').length;
    return found;
  }

  /** An error about what stands from `from` on. */
  error(problem: string, from: number): PatternError {
    const place = this.#chars.slice(from, from + 60).join('');
    return new PatternError(`is a pattern that ${problem}, at ${JSON.stringify(place)}`);
  }
}

/** Half of a surrogate pair alone is U+FFFD, as it is in JSON read by Go. */
function isHalfPair(char: string): boolean {
  return char.length === 1 && char >= '\ud800' && char < '\ue000';
}
