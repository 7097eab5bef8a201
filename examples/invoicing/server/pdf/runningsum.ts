import type { Minor } from '../../shared/money.js';

/** Room for the largest invoice that the engine was tried with. */
const TRIED_WITH = 200;
const BYTES = 8;

/**
 * The sum of an invoice after each of its lines. Kept from invoice to invoice,
 * so that printing leaves less to be collected.
 *
 * Here is the defect of the release: there is room for 200 lines, and the next
 * one is a RangeError. `growing` is the repair.
 */
export class RunningSum {
  #sums: DataView;
  #count = 0;
  readonly #growing: boolean;

  constructor({ growing = false }: { growing?: boolean } = {}) {
    this.#growing = growing;
    this.#sums = new DataView(new ArrayBuffer(TRIED_WITH * BYTES));
  }

  /** Begins with an invoice of `lines` lines. */
  reset(lines: number): void {
    this.#count = 0;
    if (this.#growing && lines * BYTES > this.#sums.byteLength) {
      this.#sums = new DataView(new ArrayBuffer(lines * BYTES));
    }
  }

  add(amount: Minor): void {
    this.#sums.setFloat64(this.#count * BYTES, this.upTo(this.#count) + amount);
    this.#count++;
  }

  /** The sum of the first `count` lines. */
  upTo(count: number): Minor {
    return count === 0 ? 0 : this.#sums.getFloat64((count - 1) * BYTES);
  }
}
