/** A record of flags, or of segments, by key. */
type Keyed = Readonly<Record<string, unknown>>;

/**
 * Which record was made of which by a patch, and the keys that differ. The
 * older one is held weakly: a record lives through thousands of patches, and
 * must not keep all before it alive.
 */
const origins = new WeakMap<Keyed, { readonly from: WeakRef<Keyed>; readonly changed: readonly string[] }>();

/** Notes that `record` was made of `from` and differs from it in the keys `changed` at most. */
export function noteOrigin(record: Keyed, from: Keyed, changed: readonly string[]): void {
  origins.set(record, { from: new WeakRef(from), changed });
}

/**
 * The keys under which the records do not have the same object; at most those,
 * when `after` came of `before` by a few patches. To compare 10,000 flags takes
 * longer than to compile one.
 */
export function differingKeys(before: Keyed, after: Keyed): readonly string[] {
  return notedKeys(before, after) ?? comparedKeys(before, after);
}

/** How many patches are followed back: more than are applied between two compilations. */
const maxPatches = 100;

function notedKeys(before: Keyed, after: Keyed): readonly string[] | undefined {
  const changed: string[] = [];
  let record: Keyed | undefined = after;
  for (let i = 0; i < maxPatches && record !== undefined; i++) {
    if (record === before) {
      return changed;
    }
    const origin: { readonly from: WeakRef<Keyed>; readonly changed: readonly string[] } | undefined =
      origins.get(record);
    changed.push(...(origin?.changed ?? []));
    record = origin?.from.deref();
  }
  return undefined;
}

function comparedKeys(before: Keyed, after: Keyed): readonly string[] {
  const own = (record: Keyed, key: string) => (Object.hasOwn(record, key) ? record[key] : undefined);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => own(before, key) !== own(after, key));
}
