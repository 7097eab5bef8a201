import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { signed } from '../parts/words';

/** Interval is an estimate with its always-valid bounds; a bound that is not there is infinite. */
export interface Interval {
  id: string;
  name: string;
  note: string;
  value: number | null;
  low: number | null;
  high: number | null;
  tone: 'good' | 'bad' | 'open';
}

const row = 46;
const colors = { good: 'var(--ledger-good)', bad: 'var(--ledger-bad)', open: 'var(--ledger-control)' };

/** Intervals draws estimates under one another on one scale, with zero as the line that says "no change". */
export function Intervals({ list, label }: { list: Interval[]; label: string }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const narrow = width < 560;
  const left = narrow ? 0 : 220;
  const right = 96;
  const inner = Math.max(80, width - left - right);
  const known = list
    .flatMap((i) => [i.value, i.low, i.high])
    .filter((v): v is number => v !== null && Number.isFinite(v));
  const reach = Math.min(Math.max(...known.map(Math.abs), 0.01), typical(list) * 4) * 1.12;
  const x = scaleLinear([-reach, reach], [0, inner]).clamp(true);
  const step = narrow ? row + 18 : row;
  const height = list.length * step + 30;
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg className="chart" width={width} height={height} role="img" aria-label={label}>
          <g transform={`translate(${left},0)`}>
            {x.ticks(narrow ? 3 : 6).map((t) => (
              <g key={t} transform={`translate(${x(t)},0)`}>
                <line
                  y2={height - 24}
                  stroke={t === 0 ? 'var(--ledger-control)' : 'var(--ledger-line)'}
                  strokeWidth={t === 0 ? 1.5 : 1}
                />
                <text y={height - 8} textAnchor="middle">
                  {signed(t)}
                </text>
              </g>
            ))}
          </g>
          {list.map((i, n) => {
            const y = n * step + (narrow ? row : row / 2);
            const color = colors[i.tone];
            const [a, b] = [x(i.low ?? -reach), x(i.high ?? reach)];
            return (
              <g key={i.id}>
                <text className="strong" x={0} y={narrow ? y - 22 : y - 2} fontSize={13}>
                  {i.name}
                </text>
                <text x={0} y={narrow ? y - 8 : y + 13}>
                  {narrow ? '' : i.note}
                </text>
                <g transform={`translate(${left},${y})`}>
                  <line x1={a} x2={b} stroke={color} strokeWidth={7} strokeLinecap="round" opacity={0.35} />
                  {i.low !== null && <line x1={a} x2={a} y1={-7} y2={7} stroke={color} strokeWidth={2} />}
                  {i.high !== null && <line x1={b} x2={b} y1={-7} y2={7} stroke={color} strokeWidth={2} />}
                  {i.value !== null && (
                    <circle cx={x(i.value)} r={6} fill={color} stroke="var(--mantine-color-body)" strokeWidth={1.5} />
                  )}
                </g>
                <text className="strong" x={width} y={y + 4} textAnchor="end" fontSize={13}>
                  {i.value === null ? '' : signed(i.value)}
                </text>
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

/** typical is the median width of the intervals, so that one wide one does not flatten all others. */
function typical(list: Interval[]): number {
  const widths = list
    .map((i) => Math.max(Math.abs(i.low ?? 0), Math.abs(i.high ?? 0), Math.abs(i.value ?? 0)))
    .filter((w) => w > 0)
    .sort((a, b) => a - b);
  return widths[Math.floor(widths.length / 2)] ?? 1;
}
