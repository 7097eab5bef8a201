/**
 * MurmurHash3_x86_32 with seed 0, computed over the UTF-8 bytes of strings
 * without making those bytes: units and salts are nearly always ASCII, where a
 * character is a byte. The state after a salt is kept, so that an evaluation
 * hashes the unit alone.
 */
export class HashState {
  static readonly empty = new HashState(0, 0, 0);
  readonly #hash: number;
  /** The bytes after the last complete block of four, the first one lowest. */
  readonly #tail: number;
  /** How many bytes have been hashed. */
  readonly #length: number;

  private constructor(hash: number, tail: number, length: number) {
    this.#hash = hash;
    this.#tail = tail;
    this.#length = length;
  }

  /** The state after `text`, too. */
  with(text: string): HashState {
    let hash = this.#hash;
    let tail = this.#tail;
    const bytes = utf8(text);
    for (let i = 0; i < bytes.length; i++) {
      const shift = ((this.#length + i) & 3) << 3;
      tail |= (bytes[i] ?? 0) << shift;
      if (shift === 24) {
        hash = mixed(hash, tail);
        tail = 0;
      }
    }
    return new HashState(hash, tail, this.#length + bytes.length);
  }

  /** The hash, an unsigned 32-bit number, of all so far and `text`. */
  hash(text: string): number {
    const size = text.length;
    let hash = this.#hash;
    let tail = this.#tail;
    let shift = (this.#length & 3) << 3;
    let seen = 0; // the bits of all characters
    let i = 0;
    for (; shift !== 0 && i < size; i++) {
      const code = text.charCodeAt(i);
      seen |= code;
      tail |= code << shift;
      shift = (shift + 8) & 31;
      if (shift === 0) {
        hash = mixed(hash, tail);
        tail = 0;
      }
    }
    for (; i + 4 <= size; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      seen |= a | b | c | d;
      hash = mixed(hash, a | (b << 8) | (c << 16) | (d << 24));
    }
    for (; i < size; i++, shift += 8) {
      const code = text.charCodeAt(i);
      seen |= code;
      tail |= code << shift;
    }
    return seen < 0x80 ? finished(hash, tail, this.#length + size) : this.with(text).#finished();
  }

  #finished(): number {
    return finished(this.#hash, this.#tail, this.#length);
  }
}

/** The MurmurHash3_x86_32 of the UTF-8 bytes of `text` with seed 0, as an unsigned 32-bit number. */
export function murmur3(text: string): number {
  return HashState.empty.hash(text);
}

/** Half of a surrogate pair alone becomes U+FFFD, as everywhere in JSON and in Go. */
function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();

/** The hash after one more block of four bytes. */
function mixed(hash: number, block: number): number {
  const k = scrambled(block);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function scrambled(block: number): number {
  const k = Math.imul(block, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function finished(hash: number, tail: number, length: number): number {
  // An empty tail scrambles to 0, which changes nothing.
  let h = hash ^ scrambled(tail) ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
