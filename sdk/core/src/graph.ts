/** What is known of one key once it has been visited. */
export interface GraphNode {
  /** Whether the key reaches itself. */
  cyclic: boolean;
  /** The longest chain of references below, 0 for none. */
  depth: number;
  /** How many visits a full walk makes, this one included. */
  cost: number;
}

interface Visit extends GraphNode {
  readonly next: readonly string[];
  readonly order: number;
  low: number;
  /** Equal for keys that reach each other; 0 until known. */
  component: number;
}

/**
 * Finds the cycles in what refers to what by key, and how far the references
 * reach. It explores only what is asked for, and without recursion: a chain of
 * references may be longer than the stack.
 */
export class Graph {
  readonly #edges: (key: string) => readonly string[];
  readonly #visits = new Map<string, Visit>();

  /** `edges` gives the keys that a key refers to. */
  constructor(edges: (key: string) => readonly string[]) {
    this.#edges = edges;
  }

  /** Visits `key` and all it reaches, and returns what is known of it. */
  at(key: string): GraphNode {
    return this.#visits.get(key) ?? this.#walk(key);
  }

  /**
   * Tarjan's algorithm for strongly connected components. Components are
   * completed after those they refer to, so depth and cost are known below.
   */
  #walk(start: string): Visit {
    const first = this.#open(start);
    const open = [start];
    const walk = [{ visit: first, base: 0, at: 0 }];
    for (let step = walk.at(-1); step !== undefined; step = walk.at(-1)) {
      const { visit } = step;
      const to = visit.next[step.at++];
      if (to === undefined) {
        walk.pop();
        if (visit.low === visit.order) {
          this.#complete(visit, open.splice(step.base));
        }
        const outer = walk.at(-1)?.visit;
        if (outer !== undefined) {
          outer.low = Math.min(outer.low, visit.low);
        }
        continue;
      }
      const known = this.#visits.get(to);
      if (known === undefined) {
        walk.push({ visit: this.#open(to), base: open.length, at: 0 });
        open.push(to);
      } else if (known.component === 0) {
        visit.low = Math.min(visit.low, known.order);
      }
    }
    return first;
  }

  #open(key: string): Visit {
    const order = this.#visits.size + 1;
    const visit = { next: this.#edges(key), order, low: order, component: 0, cyclic: false, depth: 0, cost: 1 };
    this.#visits.set(key, visit);
    return visit;
  }

  #complete(root: Visit, keys: readonly string[]): void {
    const cyclic = keys.length > 1 || root.next.includes(keys[0] ?? '');
    for (const key of keys) {
      const visit = this.#visits.get(key);
      if (visit === undefined) {
        continue;
      }
      visit.component = root.order;
      visit.cyclic = cyclic;
      for (const to of cyclic ? [] : visit.next) {
        const below = this.#visits.get(to);
        visit.depth = Math.max(visit.depth, (below?.depth ?? 0) + 1);
        visit.cost += below?.cost ?? 0; // a float: it grows to Infinity at most
      }
    }
  }
}
