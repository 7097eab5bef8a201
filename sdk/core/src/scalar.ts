import type { Scalar } from './context.js';

/** Whether `value` is a string, a finite number or a boolean. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** How many bytes `text` has in UTF-8, counting half of a surrogate pair alone as U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7ff) {
      bytes += 2;
      const low = text.charCodeAt(i + 1);
      if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        i++; // a pair has four bytes for its two units
      }
    } else if (code > 0x7f) {
      bytes++;
    }
  }
  return bytes;
}

/** JSON of `value`, shortened for a message. */
export function abbreviated(value: unknown): string {
  const most = 60;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}
