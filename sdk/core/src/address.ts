/** An IPv4 or IPv6 address: 32 bits in each of one or four words, the first one highest. */
export type Address = readonly number[];

/** The addresses that share the first `bits` bits with `address`. */
export interface Network {
  readonly address: Address;
  readonly bits: number;
}

/**
 * Reads an IPv4 or IPv6 address without a zone; undefined if it is none. An
 * IPv4 address mapped into IPv6 is the IPv4 address.
 */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const four = parseIPv4(text);
    return four === undefined ? undefined : [four];
  }
  const groups = parseIPv6(text);
  if (groups === undefined) {
    return undefined;
  }
  const words = [0, 2, 4, 6].map((i) => (((groups[i] ?? 0) << 16) | (groups[i + 1] ?? 0)) >>> 0);
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return mapped ? words.slice(3) : words;
}

/** Reads a CIDR prefix, or an address as the prefix of itself; undefined if it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.lastIndexOf('/');
  if (slash < 0) {
    const address = parseAddress(text);
    return address && { address, bits: address.length * 32 };
  }
  const address = parseAddress(text.slice(0, slash));
  const bits = parseDecimal(text.slice(slash + 1), 128);
  // A prefix that maps IPv4 into IPv6 has two readings, so there is none.
  const mapped = address?.length === 1 && text.includes(':');
  if (address === undefined || bits === undefined || mapped || bits > address.length * 32) {
    return undefined;
  }
  return { address, bits };
}

/** Reports whether the network has the address. */
export function contains(network: Network, address: Address): boolean {
  if (address.length !== network.address.length) {
    return false;
  }
  let bits = network.bits;
  for (let i = 0; bits > 0; i++, bits -= 32) {
    const differing = ((address[i] ?? 0) ^ (network.address[i] ?? 0)) >>> 0;
    if (differing >>> (bits < 32 ? 32 - bits : 0) !== 0) {
      return false;
    }
  }
  return true;
}

function parseIPv4(text: string): number | undefined {
  const parts = text.length > 15 ? [] : text.split('.');
  if (parts.length !== 4) {
    return undefined;
  }
  let value = 0;
  for (const part of parts) {
    const byte = parseDecimal(part, 255);
    if (byte === undefined) {
      return undefined;
    }
    value = value * 256 + byte;
  }
  return value;
}

function parseDecimal(text: string, most: number): number | undefined {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** The eight groups of an IPv6 address; those after "::" come last, zeros before them. */
function parseIPv6(text: string): readonly number[] | undefined {
  // The longest address has 45 characters.
  const halves = text.length > 45 ? [] : text.split('::');
  const before = parseGroups(halves[0] ?? '', halves.length === 1);
  if (halves.length === 1) {
    return before?.length === 8 ? before : undefined;
  }
  const after = parseGroups(halves[1] ?? '', true);
  if (halves.length !== 2 || before === undefined || after === undefined) {
    return undefined;
  }
  const missing = 8 - before.length - after.length;
  return missing < 1 ? undefined : [...before, ...new Array<number>(missing).fill(0), ...after];
}

/** Groups between colons; the last one may be an IPv4 address if it ends the whole address. */
function parseGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') {
    return [];
  }
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      out.push(Number.parseInt(part, 16));
      continue;
    }
    const four = last && i === parts.length - 1 ? parseIPv4(part) : undefined;
    if (four === undefined) {
      return undefined;
    }
    out.push(four >>> 16, four & 0xffff);
  }
  return out;
}
