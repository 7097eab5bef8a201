import type { Account } from '../shared/account.js';
import { hasBrokenLogo } from './directory.js';
import { png } from './png.js';
import { Random } from './random.js';

const SIZE = 48;

/** The picture that an account has uploaded for its invoices, as it was uploaded. */
export function logoOf(account: Account): Buffer {
  if (hasBrokenLogo(account.id)) {
    // The upload never asked what kind of picture it is, and this is WebP.
    return Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07', 'latin1');
  }
  const random = new Random(`logo of ${account.id}`);
  const dark = [random.between(10, 90), random.between(40, 110), random.between(90, 170)];
  const light = dark.map((part) => part + 80);
  const turn = random.between(0, 3);
  return png(SIZE, SIZE, (x, y) => {
    const [across, down] = turn % 2 ? [x, y] : [SIZE - 1 - x, y];
    const inside = Math.hypot(x - SIZE / 2 + 0.5, y - SIZE / 2 + 0.5) < SIZE / 2;
    return inside ? (across + down < SIZE ? dark : light) : [255, 255, 255];
  });
}
