/**
 * Verification of an event's inclusion in the ledger, in the browser: RFC 6962 for the tree, C2SP tlog-checkpoint
 * and signed notes with Ed25519 for the checkpoint. It follows docs/ledger.md and shares nothing with the server.
 */
export interface Verified {
  seq: string;
  size: string; // events that the checkpoint is about
  root: string;
  origin: string;
  /** Whether the public key is the one that this browser has seen first. */
  sameKey: boolean;
}

type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes;

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

function concat(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

const node = (left: Bytes, right: Bytes) => sha256(concat(Uint8Array.of(1), left, right));

/** leaf is the hash of an event: its subject, a line feed, and the bytes that are stored. */
export const leaf = (subject: string, data: Bytes) => sha256(concat(Uint8Array.of(0), utf8(`${subject}\n`), data));

/** rootOf computes the root that a proof of inclusion leads to (RFC 9162, section 2.1.3.2). */
export async function rootOf(index: bigint, size: bigint, hash: Bytes, path: readonly Bytes[]): Promise<Bytes> {
  if (index < 0n || index >= size) throw new Error('The event is not among those of the checkpoint.');
  let [fn, sn, r] = [index, size - 1n, hash];
  for (const p of path) {
    if (sn === 0n) throw new Error('The proof is too long.');
    if (fn & 1n || fn === sn) {
      r = await node(p, r);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = await node(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  if (sn !== 0n) throw new Error('The proof is too short.');
  return r;
}

interface FileRecord {
  words: string[];
  body: Bytes;
}

/** records reads an event file: a line of words, a body as long as the last word says, a line feed. */
export function records(file: Bytes): FileRecord[] {
  const out: FileRecord[] = [];
  for (let at = 0; at < file.length; ) {
    const end = file.indexOf(10, at);
    if (end < 0) throw new Error('The export ends in the middle of a line.');
    const words = decoder.decode(file.subarray(at, end)).split(' ');
    const size = Number(words.pop());
    if (!Number.isInteger(size) || size < 0 || end + 1 + size > file.length) throw new Error('The export is cut off.');
    out.push({ words, body: file.slice(end + 1, end + 1 + size) });
    at = end + 1 + size + 1;
  }
  return out;
}

/** Signers in the form of signed notes: name+hash+key, of which the key begins with its algorithm, 1 for Ed25519. */
async function signer(text: string): Promise<{ name: string; id: string; key: CryptoKey }> {
  const [name, id, encoded] = text.trim().split('+', 2).concat(text.trim().split('+').slice(2).join('+'));
  const raw = fromBase64(encoded ?? '');
  if (!name || !id || raw[0] !== 1 || raw.length !== 33) throw new Error('The public key is not one of Ed25519.');
  const key = await crypto.subtle.importKey('raw', raw.slice(1), { name: 'Ed25519' }, false, ['verify']);
  return { name, id, key };
}

/** opened checks the signature on a checkpoint and reads it. */
export async function opened(note: string, publicKey: string): Promise<{ origin: string; size: bigint; root: Bytes }> {
  const { name, id, key } = await signer(publicKey);
  const [body, signatures] = note.split('\n\n');
  if (body === undefined || signatures === undefined) throw new Error('The checkpoint has no signature.');
  for (const line of signatures.split('\n')) {
    const match = /^— (\S+) (\S+)$/.exec(line);
    if (match?.[1] !== name) continue;
    const bytes = fromBase64(match[2] ?? '');
    const hash = [...bytes.slice(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join('');
    if (hash !== id) continue;
    if (!(await crypto.subtle.verify('Ed25519', key, bytes.slice(4), utf8(`${body}\n`)))) {
      throw new Error('The signature on the checkpoint is wrong.');
    }
    const [origin = '', size = '', root = ''] = body.split('\n');
    return { origin, size: BigInt(size), root: fromBase64(root) };
  }
  throw new Error('The checkpoint is not signed with the key of this ledger.');
}

/** verify checks that an exported event is in the ledger that a signed checkpoint is about. */
export async function verify(seq: string, file: Bytes, publicKey: string): Promise<Omit<Verified, 'sameKey'>> {
  const all = records(file);
  const event = all.find((r) => r.words[0] === 'event' && r.words[1] === seq);
  const proof = all.find((r) => r.words[0] === 'proof' && r.words[1] === seq);
  const note = all.findLast((r) => r.words[0] === 'checkpoint');
  if (!event || !proof || !note) throw new Error('The export has no proof of this event.');
  const checkpoint = await opened(decoder.decode(note.body), publicKey);
  if (BigInt(proof.words[2] ?? '0') !== checkpoint.size)
    throw new Error('Proof and checkpoint are about different trees.');
  const path = decoder.decode(proof.body).split('\n').filter(Boolean).map(fromBase64);
  const root = await rootOf(BigInt(seq) - 1n, checkpoint.size, await leaf(event.words[3] ?? '', event.body), path);
  if (toBase64(root) !== toBase64(checkpoint.root))
    throw new Error('The event is not what the checkpoint was signed over: it has been changed.');
  return { seq, size: checkpoint.size.toString(), root: toBase64(root), origin: checkpoint.origin };
}
