/** Milliseconds since the epoch, finer than Date.now and never set back. */
export const now = () => performance.timeOrigin + performance.now();

/** Records when a value was seen that somebody waits for. */
export class Watch {
  #value;
  #waiting;
  #milliseconds = [];

  /** Tells that the value is there; `at` is epoch milliseconds. */
  see(value, at = now()) {
    this.#value = value;
    if (this.#waiting?.value === value) {
      const { begun, resolve } = this.#waiting;
      this.#waiting = undefined;
      this.#milliseconds.push(at - begun);
      resolve();
    }
  }

  /** Resolves once `value` is seen; throws after 10 s. */
  until(value, begun) {
    if (this.#value === value) {
      throw new Error(`${value} was there before the change`);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${value} was not seen in 10 s`)), 10_000);
      this.#waiting = {
        value,
        begun,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
    });
  }

  quantiles() {
    const sorted = this.#milliseconds.toSorted((a, b) => a - b);
    const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) };
  }
}
