import { Text, Tooltip } from '@mantine/core';
import { useNow } from './now';

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** ago says how far a time is from now, and gives the date beyond a month. */
export function ago(at: number, now: number): string {
  const apart = at - now;
  if (Math.abs(apart) > 30 * 86_400_000) return day.format(at);
  for (const [unit, ms] of steps) {
    if (Math.abs(apart) >= ms) return relative.format(Math.round(apart / ms), unit);
  }
  return 'now';
}

/** utc writes a time as the ledger has it. */
export function utc(at: string | number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** When shows a time in the reader's zone, and in UTC on hover or focus. */
export function When({ at, exact = false }: { at: string; exact?: boolean }) {
  const now = useNow();
  const time = Date.parse(at);
  return (
    <Tooltip label={exact ? utc(at) : `${day.format(time)} · ${utc(at)}`} withArrow>
      <Text component="time" inherit dateTime={at} className="figures" style={{ whiteSpace: 'nowrap' }}>
        {exact
          ? new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(time)
          : ago(time, now)}
      </Text>
    </Tooltip>
  );
}

/** span writes a length of time: 45 s, 12 min, 3 h 20 min, 2 d 4 h. */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return s % 60 && m < 10 ? `${m} min ${s % 60} s` : `${m} min`;
  const h = Math.floor(m / 60);
  if (h < 24) return m % 60 ? `${h} h ${m % 60} min` : `${h} h`;
  return h % 24 ? `${Math.floor(h / 24)} d ${h % 24} h` : `${Math.floor(h / 24)} d`;
}

/** duration reads a Go duration such as 1h30m. */
export function duration(text: string | undefined): number {
  if (!text) return 0;
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  let total = 0;
  for (const [, n, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) total += Number(n) * (units[unit ?? ''] ?? 0);
  return total;
}
