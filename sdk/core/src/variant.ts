import type { VariantNode } from './node.js';
import type { Path } from './path.js';
import type { Flag } from './ruleset.js';
import { abbreviated, utf8Length } from './scalar.js';
import { limits, type Validator } from './validate.js';
import type { Json, ValueType } from './value.js';

const types: readonly ValueType[] = ['boolean', 'string', 'number', 'json'];

/** Checks the variants of a flag against its type and compiles them, by name. */
export function compileVariants(flag: Flag, v: Validator, at: Path): ReadonlyMap<string, VariantNode> {
  const known = types.includes(flag.type);
  if (!known) {
    v.report(at.field('type'), `is ${abbreviated(flag.type)}; use boolean, string, number or json`);
  }
  const list = v.list(at.field('variants'), flag.variants, limits.variants);
  if (list.length === 0) {
    v.report(at.field('variants'), 'is empty; a flag needs at least one variant');
  }
  const nodes = new Map<string, VariantNode>();
  for (const [i, { name, value }] of list.entries()) {
    const here = at.field('variants').at(i);
    v.key(here.field('name'), name);
    if (nodes.has(name)) {
      v.report(here.field('name'), `${abbreviated(name)} is the name of an earlier variant; names must differ`);
    }
    if (known) {
      checkValue(v, here.field('value'), flag.type, value);
    }
    nodes.set(name, { name, value: frozen(value) });
  }
  return nodes;
}

function checkValue(v: Validator, at: Path, type: ValueType, value: Json | undefined): void {
  if (value === undefined) {
    v.report(at, `has no value; give it a JSON ${type}`);
  } else if (type !== 'json' && (typeof value !== type || (type === 'number' && !Number.isFinite(value)))) {
    v.report(at, `is ${abbreviated(value)}, but the flag is of type ${type}`);
  } else if (typeof value === 'string' || typeof value === 'object') {
    const bytes = utf8Length(JSON.stringify(value));
    if (bytes > limits.value) {
      v.report(at, `has ${bytes} bytes; the limit is ${limits.value}`);
    }
  }
}

/** A copy that cannot change: whoever evaluates gets this very value. */
function frozen(value: Json): Json {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return deepFrozen(structuredClone(value));
}

function deepFrozen(value: Json): Json {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFrozen);
    Object.freeze(value);
  }
  return value;
}
