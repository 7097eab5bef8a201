// biome-ignore-all lint/suspicious/noArrayIndexKey: lines have no identity but their place
/** Line is a line of a text before and after. */
interface Line {
  mark: ' ' | '+' | '-';
  text: string;
}

/** lines writes a value as JSON with sorted keys, so that only what differs shows. */
export function lines(value: unknown): string[] {
  const sorted = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(sorted);
    if (typeof v !== 'object' || v === null) return v;
    return Object.fromEntries(
      Object.entries(v)
        .filter(([, x]) => x !== undefined && x !== '' && !(Array.isArray(x) && x.length === 0) && x !== null)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, x]) => [k, sorted(x)]),
    );
  };
  return value === undefined || value === null ? [] : JSON.stringify(sorted(value), null, 2).split('\n');
}

/** compare gives the shortest edit between two texts, line by line (longest common subsequence). */
export function compare(before: readonly string[], after: readonly string[]): Line[] {
  const n = before.length;
  const m = after.length;
  const common = Array.from({ length: n + 1 }, () => new Uint32Array(m + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && before[i] === after[j]) {
      out.push({ mark: ' ', text: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= m || (i < n && at(i + 1, j) >= at(i, j + 1))) {
      out.push({ mark: '-', text: before[i++] ?? '' });
    } else {
      out.push({ mark: '+', text: after[j++] ?? '' });
    }
  }
  return out;
}

/** Diff shows what differs, with two lines around it. Texts too long for that are shown one after the other. */
export function Diff({ before, after }: { before: unknown; after: unknown }) {
  const a = lines(before);
  const b = lines(after);
  const all: Line[] =
    a.length * b.length > 4_000_000
      ? [...a.map((text): Line => ({ mark: '-', text })), ...b.map((text): Line => ({ mark: '+', text }))]
      : compare(a, b);
  const near = all.map((_, i) => all.slice(Math.max(0, i - 2), i + 3).some((l) => l.mark !== ' '));
  return (
    <pre className="diff panel" style={{ margin: 0, padding: 12, overflowX: 'auto' }}>
      {all.map((line, i) => {
        if (!near[i]) return near[i - 1] || i === 0 ? <div key={`${i} gap`}>…</div> : null;
        return (
          <div
            key={`${i} ${line.text}`}
            className={line.mark === '+' ? 'added' : line.mark === '-' ? 'removed' : undefined}
          >
            {line.mark} {line.text}
          </div>
        );
      })}
    </pre>
  );
}
