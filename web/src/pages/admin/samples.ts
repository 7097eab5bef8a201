/** Sample is one number of the server's metrics. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** samples reads the Prometheus text format: name{label="value"} number. */
export function samples(text: string): Sample[] {
  const out: Sample[] = [];
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!match || line.startsWith('#')) continue;
    const labels: Record<string, string> = {};
    for (const [, key, value] of (match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      labels[key ?? ''] = value ?? '';
    out.push({ name: match[1] ?? '', labels, value: Number(match[3]) });
  }
  return out;
}

/** sum adds up the samples of a name, or is null if there are none. */
export function sum(all: readonly Sample[], name: string): number | null {
  const found = all.filter((s) => s.name === name);
  return found.length ? found.reduce((n, s) => n + s.value, 0) : null;
}
