/**
 * A place in a ruleset, as a chain from the innermost step outwards. It is
 * spelled out only when a problem is reported, so that checking 10,000 sound
 * flags builds no strings.
 */
export class Path {
  static readonly root: Path = new Path(undefined, '');
  readonly #outer: Path | undefined;
  readonly #step: string | number;

  private constructor(outer: Path | undefined, step: string | number) {
    this.#outer = outer;
    this.#step = step;
  }

  field(name: string): Path {
    return new Path(this, name);
  }

  at(index: number): Path {
    return new Path(this, index);
  }

  /** As in `flags.checkout.rules[1].serve`; a key that is not plain is quoted: `flags["a.b"]`. */
  toString(): string {
    if (this.#outer === undefined) {
      return '';
    }
    const outer = this.#outer.toString();
    if (typeof this.#step === 'number') {
      return `${outer}[${this.#step}]`;
    }
    if (!/^[A-Za-z0-9_-]+$/.test(this.#step)) {
      return `${outer}[${JSON.stringify(this.#step)}]`;
    }
    return outer === '' ? this.#step : `${outer}.${this.#step}`;
  }
}
