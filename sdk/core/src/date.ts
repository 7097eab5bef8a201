/** The largest distance from 1970 that a time may have, in milliseconds: the range of a Date. */
const maxMillis = 8.64e15;

const shape = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * The moment that an attribute or clause value names, in Unix milliseconds: a
 * number is those, a string is RFC 3339. NaN, which is neither before nor after
 * anything, if it names none.
 */
export function millisOf(value: string | number | boolean): number {
  if (typeof value === 'number') {
    return value >= -maxMillis && value <= maxMillis ? value : Number.NaN;
  }
  return typeof value === 'string' ? parseTime(value) : Number.NaN;
}

/**
 * Reads an RFC 3339 date-time in upper case and without leap seconds, such as
 * 2026-11-22T09:30:00.125+01:00, cut to the millisecond. (Date.parse accepts
 * more, and every language must read the same set of strings.)
 */
function parseTime(text: string): number {
  // "2026-11-22T09:30:00Z" is the shortest there is.
  const parts = text.length < 20 ? null : shape.exec(text);
  if (parts === null) {
    return Number.NaN;
  }
  const field = (i: number) => Number(parts[i] ?? 0);
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)];
  const offset = field(9) * 60 + field(10);
  if (hour > 23 || minute > 59 || second > 59 || field(9) > 23 || field(10) > 59) {
    return Number.NaN;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years below 100 for those of 1900
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return Number.NaN; // there is no such day
  }
  const minutes = hour * 60 + minute - (parts[8] === '-' ? -offset : offset);
  const millis = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  return date.getTime() + (minutes * 60 + second) * 1000 + millis;
}
