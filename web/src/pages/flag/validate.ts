import type { Schemas } from '../../api/client';
import type { Flag } from '../../api/queries';

export type Config = Schemas['Config'];
export type Serve = Schemas['Serve'];
export type Clause = Schemas['Clause'];
export type Rule = Schemas['Rule'];

/** operators with the words they are shown in, and what their values must be. */
export const operators = [
  { value: 'in', label: 'is one of', values: 'any' },
  { value: 'contains', label: 'contains', values: 'text' },
  { value: 'startsWith', label: 'begins with', values: 'text' },
  { value: 'endsWith', label: 'ends with', values: 'text' },
  { value: 'matches', label: 'matches the pattern', values: 'pattern' },
  { value: 'lt', label: 'is below', values: 'number' },
  { value: 'lte', label: 'is at most', values: 'number' },
  { value: 'gt', label: 'is above', values: 'number' },
  { value: 'gte', label: 'is at least', values: 'number' },
  { value: 'before', label: 'is before', values: 'time' },
  { value: 'after', label: 'is after', values: 'time' },
  { value: 'semverEq', label: 'is version', values: 'version' },
  { value: 'semverLt', label: 'is a version before', values: 'version' },
  { value: 'semverGt', label: 'is a version after', values: 'version' },
  { value: 'inCidr', label: 'is in the network', values: 'text' },
  { value: 'emailDomain', label: 'is an address at', values: 'text' },
  { value: 'exists', label: 'is given', values: 'none' },
  { value: 'inSegment', label: 'is in segment', values: 'segment' },
] as const;

export type ValuesOf = (typeof operators)[number]['values'];

export const valuesOf = (op: string | undefined): ValuesOf => operators.find((o) => o.value === op)?.values ?? 'any';

/** Wrong is what keeps a configuration from being saved, and where. */
export interface Wrong {
  at: string;
  message: string;
}

/** check finds what is wrong with a configuration, before the server would. */
export function check(config: Config, flag: Flag, segments: readonly string[]): Wrong[] {
  const wrong: Wrong[] = [];
  const variants = new Set((flag.variants ?? []).map((v) => v.name));
  const say = (at: string, message: string) => wrong.push({ at, message });
  const serve = (s: Serve | undefined, at: string) => {
    if (!s?.split && !variants.has(s?.variant)) say(at, 'Choose a variant.');
    if (s?.split && !(s.split.weights ?? []).some((w) => (w.weight ?? 0) > 0)) say(at, 'Give some variant a share.');
  };
  (config.rules ?? []).forEach((rule, i) => {
    serve(rule.serve, `rules.${i}.serve`);
    if (!rule.clauses?.length) say(`rules.${i}`, 'Add a condition: a rule without one would match everybody.');
    rule.clauses?.forEach((c, j) => {
      const message = clause(c, segments);
      if (message) say(`rules.${i}.clauses.${j}`, message);
    });
  });
  (config.targets ?? []).forEach((t, i) => {
    if (!variants.has(t.variant)) say(`targets.${i}`, 'Choose a variant.');
    if (!t.values?.length) say(`targets.${i}`, 'Name at least one unit, or remove the list.');
  });
  (config.prerequisites ?? []).forEach((p, i) => {
    if (!p.flag) say(`prerequisites.${i}`, 'Choose a flag.');
    else if (!p.variants?.length) say(`prerequisites.${i}`, 'Choose the variants that let it through.');
  });
  serve(config.default, 'default');
  return wrong;
}

function clause(c: Clause, segments: readonly string[]): string | null {
  const kind = valuesOf(c.op);
  const values = c.values ?? [];
  if (kind !== 'segment' && !c.attribute) return 'Name the attribute.';
  if (kind === 'none') return null;
  if (values.length === 0) return kind === 'segment' ? 'Choose a segment.' : 'Give a value.';
  for (const value of values) {
    const text = String(value);
    if (kind === 'number' && typeof value !== 'number') return `“${text}” is not a number.`;
    if (kind === 'time' && Number.isNaN(Date.parse(text)) && typeof value !== 'number')
      return `“${text}” is not a time such as 2027-01-31T09:00:00Z.`;
    if (kind === 'version' && !/^\d+\.\d+\.\d+/.test(text)) return `“${text}” is not a version such as 2.14.0.`;
    if (kind === 'segment' && !segments.includes(text)) return `There is no segment “${text}”.`;
    if (kind === 'pattern' && !compiles(text)) return `“${text}” is not a regular expression.`;
  }
  return null;
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') !== null;
  } catch {
    return false;
  }
}

/** typed makes of a text the value that an operator compares with: numbers and booleans where they are meant. */
export function typed(text: string, op: string | undefined): unknown {
  const kind = valuesOf(op);
  const number = text.trim() !== '' && Number.isFinite(Number(text));
  if (kind === 'number' && number) return Number(text);
  if (kind === 'any' && text === 'true') return true;
  if (kind === 'any' && text === 'false') return false;
  return text;
}
