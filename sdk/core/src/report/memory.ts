import type { Exposure } from './item.js';

/** The units of one version of a flag, by variant. */
interface Known {
  readonly version: string;
  readonly units: Map<string, Set<string>>;
}

/**
 * Remembers which exposures have been reported. It keeps two generations: when
 * the younger one is full, or an hour old, it becomes the older one, which is
 * forgotten. So memory is bounded, and an exposure that goes on is reported
 * again after an hour or two. A flag's former version is forgotten at once.
 */
export class ExposureMemory {
  readonly #limit: number;
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();
  #size = 0;

  /** Remembers at least half as many exposures as `limit`, and never more than that. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit >> 1);
  }

  /** Whether the exposure has been reported lately. It makes nothing: it is asked at every evaluation. */
  has(flag: string, version: string, variant: string, unit: string): boolean {
    return knows(this.#young.get(flag), version, variant, unit) || knows(this.#old.get(flag), version, variant, unit);
  }

  add({ flag, version, variant, unit }: Exposure): void {
    if (this.#size >= this.#limit) {
      this.age();
    }
    let known = this.#young.get(flag);
    if (known?.version !== version) {
      known = { version, units: new Map() };
      this.#young.set(flag, known);
    }
    let units = known.units.get(variant);
    if (units === undefined) {
      units = new Set();
      known.units.set(variant, units);
    }
    units.add(unit);
    this.#size++;
  }

  /** Drops an exposure whose report was lost, so that it is made again. */
  forget({ flag, version, variant, unit }: Exposure): void {
    for (const known of [this.#young.get(flag), this.#old.get(flag)]) {
      if (known?.version === version) {
        known.units.get(variant)?.delete(unit);
      }
    }
  }

  /** Begins a generation. */
  age(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}

function knows(known: Known | undefined, version: string, variant: string, unit: string): boolean {
  return known?.version === version && known.units.get(variant)?.has(unit) === true;
}
