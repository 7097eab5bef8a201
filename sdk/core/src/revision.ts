/**
 * Orders two revisions, or two versions: below zero, zero or above zero, as
 * `Array.sort` wants it. They are unsigned 64-bit numbers written in decimal,
 * which a JavaScript number cannot hold.
 *
 * @throws TypeError for a text that is no such number.
 */
export function compareRevisions(a: string, b: string): number {
  const left = digits(a);
  const right = digits(b);
  if (left.length !== right.length) {
    return Math.sign(left.length - right.length);
  }
  return left === right ? 0 : left < right ? -1 : 1;
}

function digits(revision: string): string {
  if (typeof revision !== 'string' || !/^[0-9]+$/.test(revision)) {
    throw new TypeError(`${JSON.stringify(revision)} is not a revision: it must be decimal digits`);
  }
  return revision.replace(/^0+(?=[0-9])/, '');
}
