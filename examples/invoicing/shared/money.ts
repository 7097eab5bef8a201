/** An amount in minor units, such as pence: whole, so that sums are exact. */
export type Minor = number;

/** Writes an amount for people: "£1,234.50". */
export function money(amount: Minor, currency: string): string {
  return format(currency).format(amount / 100);
}

/**
 * Writes a large amount shortly, for axes and headlines: "£12.3k". Not by the
 * compact notation, in which browsers and Node.js differ about noughts.
 */
export function shortMoney(amount: Minor, currency: string): string {
  if (amount < 100_000) {
    return format(currency, 0).format(amount / 100);
  }
  const [unit, letter] = amount < 100_000_000 ? [100_000, 'k'] : [100_000_000, 'm'];
  return format(currency, 1).format(amount / unit) + letter;
}

/** Making a format is slow and there are only a few. */
const formats = new Map<string, Intl.NumberFormat>();

/** Writes up to `digits` decimals; without them, those that are usual. */
function format(currency: string, digits?: number): Intl.NumberFormat {
  const key = `${currency} ${digits}`;
  let found = formats.get(key);
  if (!found) {
    const decimals = digits === undefined ? {} : { minimumFractionDigits: 0, maximumFractionDigits: digits };
    found = new Intl.NumberFormat('en-GB', { style: 'currency', currency, ...decimals });
    formats.set(key, found);
  }
  return found;
}
