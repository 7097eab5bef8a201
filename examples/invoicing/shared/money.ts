/** An amount in minor units, such as pence: whole, so that sums are exact. */
export type Minor = number;

/** Writes an amount for people: "£1,234.50". */
export function money(amount: Minor, currency: string): string {
  return format(currency).format(amount / 100);
}

/** Writes a large amount shortly, for axes and headlines: "£12.3K". */
export function shortMoney(amount: Minor, currency: string): string {
  return format(currency, { notation: 'compact', maximumFractionDigits: 1 }).format(amount / 100);
}

/** Making a format is slow and there are only a few. */
const formats = new Map<string, Intl.NumberFormat>();

function format(currency: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const key = currency + (options.notation ?? '');
  let found = formats.get(key);
  if (!found) {
    found = new Intl.NumberFormat('en-GB', { style: 'currency', currency, ...options });
    formats.set(key, found);
  }
  return found;
}
