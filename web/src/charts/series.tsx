import { Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { scaleLinear, scaleLog, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { type PointerEvent, useId, useState } from 'react';

/** Point is a value at a time, with the bounds of its interval if it has one. */
export interface Point {
  at: number; // milliseconds
  y: number | null;
  low?: number | null;
  high?: number | null;
}

/** Line is one series. Its colour is a CSS colour, and its dash tells it from the others without colour. */
export interface Line {
  name: string;
  color: string;
  dash?: string;
  points: Point[];
}

/** Rule is a horizontal line that a series is compared with. */
export interface Rule {
  y: number;
  label: string;
  color?: string;
}

interface Props {
  label: string;
  lines: Line[];
  rules?: Rule[];
  format: (y: number) => string;
  height?: number;
  /** Ratios are shown on a logarithmic scale, where half and twice are equally far from one. */
  log?: boolean;
  /** zero puts zero into sight. */
  zero?: boolean;
}

const margin = { top: 10, right: 14, bottom: 22, left: 56 };
const time = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

const finite = (v: number | null | undefined): v is number => typeof v === 'number' && Number.isFinite(v);

/** extent is what the vertical axis must show. Bounds far outside of everything else are cut off. */
function extent({ lines, rules = [], log, zero }: Props): [number, number] {
  const values = [
    ...lines.flatMap((l) => l.points.map((p) => p.y)),
    ...rules.map((r) => r.y),
    ...(zero ? [0] : []),
  ].filter(finite);
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) [low, high] = log ? [0.5, 2] : [0, 1];
  const bounds = lines
    .flatMap((l) => l.points.slice(-Math.ceil(l.points.length / 2)).flatMap((p) => [p.low, p.high]))
    .filter(finite);
  if (log) {
    const positive = [low, high, ...bounds].filter((v) => v > 0);
    low = Math.max(Math.min(...positive), low > 0 ? low / 8 : 0.05);
    high = Math.min(Math.max(...positive), high * 8);
    return [low / 1.15, high * 1.15];
  }
  const room = (high - low || Math.abs(high) || 1) * 3;
  low = Math.max(Math.min(low, ...bounds), low - room);
  high = Math.min(Math.max(high, ...bounds), high + room);
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  return [zero && low >= 0 ? 0 : low - pad, high + pad];
}

/** Series draws values over time, with their intervals as bands. */
export function Series(props: Props) {
  const { label, lines, rules = [], format, height = 190, log = false } = props;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [hover, setHover] = useState<number | null>(null);
  const clip = useId();
  const times = lines.flatMap((l) => l.points.map((p) => p.at));
  const inner = {
    width: Math.max(60, width - margin.left - margin.right),
    height: height - margin.top - margin.bottom,
  };
  const x = scaleUtc([Math.min(...times), Math.max(...times)], [0, inner.width]);
  const [low, high] = extent(props);
  const y = (log ? scaleLog() : scaleLinear()).domain([low, high]).range([inner.height, 0]).clamp(true);
  const ticks = log ? logTicks(low, high) : y.ticks(4);
  const nearest =
    hover === null ? null : times.reduce((a, b) => (Math.abs(b - hover) < Math.abs(a - hover) ? b : a), times[0] ?? 0);
  const move = (e: PointerEvent<SVGRectElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    setHover(x.invert(((e.clientX - box.left) / box.width) * inner.width).getTime());
  };
  return (
    <figure ref={ref} style={{ margin: 0, minWidth: 0 }}>
      <Group gap="md" mb={4} mih={20} justify="space-between">
        <Group gap="md">
          {lines.map((l) => (
            <Group key={l.name} gap={6}>
              <svg width="18" height="8" aria-hidden="true">
                <line x1="0" x2="18" y1="4" y2="4" stroke={l.color} strokeWidth="2.5" strokeDasharray={l.dash} />
              </svg>
              <Text size="xs">
                {l.name}
                {nearest !== null && <b className="figures"> {valueAt(l, nearest, format)}</b>}
              </Text>
            </Group>
          ))}
        </Group>
        <Text size="xs" c="dimmed" className="figures">
          {nearest !== null && time.format(nearest)}
        </Text>
      </Group>
      {width > 0 && times.length > 0 && (
        <svg className="chart" width={width} height={height} role="img" aria-label={label}>
          <clipPath id={clip}>
            <rect width={inner.width} height={inner.height} />
          </clipPath>
          <g transform={`translate(${margin.left},${margin.top})`}>
            {ticks.map((t) => (
              <g key={t} transform={`translate(0,${y(t)})`}>
                <line x2={inner.width} stroke="var(--ledger-line)" />
                <text x={-8} dy="0.32em" textAnchor="end">
                  {format(t)}
                </text>
              </g>
            ))}
            {x
              .ticks(Math.max(2, Math.floor(inner.width / 150)))
              .filter((t) => x(t) > 30 && x(t) < inner.width - 30)
              .map((t) => (
                <text key={t.getTime()} x={x(t)} y={inner.height + 16} textAnchor="middle">
                  {tickText(t, (x.domain()[1]?.getTime() ?? 0) - (x.domain()[0]?.getTime() ?? 0))}
                </text>
              ))}
            <g clipPath={`url(#${clip})`}>
              {lines.map((l) => (
                <path
                  key={`${l.name} band`}
                  fill={l.color}
                  opacity={0.16}
                  d={
                    area<Point>()
                      .curve(curveStepAfter)
                      .defined((p) => finite(p.low) || finite(p.high))
                      .x((p) => x(p.at))
                      .y0((p) => y(p.low ?? low))
                      .y1((p) => y(p.high ?? high))(l.points) ?? undefined
                  }
                />
              ))}
              {lines.map((l) => (
                <path
                  key={l.name}
                  fill="none"
                  stroke={l.color}
                  strokeWidth={2}
                  strokeDasharray={l.dash}
                  d={
                    line<Point>()
                      .defined((p) => finite(p.y) && (!log || p.y > 0))
                      .x((p) => x(p.at))
                      .y((p) => y(p.y ?? 0))(l.points) ?? undefined
                  }
                />
              ))}
            </g>
            {rules.map((r) => (
              <g key={r.label} transform={`translate(0,${y(r.y)})`}>
                <line
                  x2={inner.width}
                  stroke={r.color ?? 'var(--ledger-bad)'}
                  strokeWidth={1.5}
                  strokeDasharray="6 4"
                />
                <text className="strong" x={inner.width} dy={y(r.y) < 16 ? 14 : -5} textAnchor="end">
                  {r.label}
                </text>
              </g>
            ))}
            {nearest !== null && (
              <line x1={x(nearest)} x2={x(nearest)} y2={inner.height} stroke="var(--ledger-control)" />
            )}
            <rect
              width={inner.width}
              height={inner.height}
              fill="transparent"
              onPointerMove={move}
              onPointerLeave={() => setHover(null)}
            />
          </g>
        </svg>
      )}
    </figure>
  );
}

function valueAt(l: Line, at: number, format: (y: number) => string): string {
  const p = l.points.reduce<Point | undefined>(
    (a, b) => (!a || Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a),
    undefined,
  );
  if (!p || !finite(p.y)) return '';
  const bounds =
    finite(p.low) || finite(p.high)
      ? ` (${finite(p.low) ? format(p.low) : '…'} to ${finite(p.high) ? format(p.high) : '…'})`
      : '';
  return format(p.y) + bounds;
}

/** logTicks are 1, 2 and 5 times powers of ten, and their inverses. */
function logTicks(low: number, high: number): number[] {
  const all = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  return all.filter((t) => t >= low && t <= high);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const days = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

function tickText(t: Date, span: number): string {
  if (span > 3 * 86_400_000) return days.format(t);
  return span > 600_000 ? clock.format(t) : seconds.format(t);
}
