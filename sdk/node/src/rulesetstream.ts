import { readEvents, type StreamEvent } from '@flagledger/core/stream';
import { type Connection, statusError, within } from './connection.js';
import type { Timing } from './timing.js';
import { unheld } from './unheld.js';

const path = '/api/v1/ruleset/stream';

/**
 * Opens the stream from where the client is and gives its events until it
 * breaks. It throws what broke it; a stream that the server ends is no error.
 * `since` is the revision that the client has of this server, undefined for
 * none: then everything is sent.
 */
export async function* rulesetStream(
  connection: Connection,
  timing: Timing,
  since: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  const closing = new AbortController();
  const close = () => closing.abort(signal.reason);
  signal.addEventListener('abort', close);
  if (signal.aborted) {
    close();
  }
  try {
    const body = await open(connection, timing, since, closing);
    yield* readEvents(body, { silenceMs: timing.silence, signal: closing.signal });
  } finally {
    signal.removeEventListener('abort', close);
    closing.abort(); // or a consumer that stops early would leave the connection open
  }
}

async function open(
  connection: Connection,
  timing: Timing,
  since: string | undefined,
  closing: AbortController,
): Promise<ReadableStream<Uint8Array>> {
  const headers = {
    accept: 'text/event-stream',
    'accept-encoding': 'identity', // a compressor may hold events back
    'cache-control': 'no-cache',
    ...(since === undefined ? {} : { 'last-event-id': since }),
  };
  const exchange = { headers, timeoutMs: timing.request, signal: closing.signal };
  // The time limit is for the header alone: the body is meant to stay open.
  return within(timing.request, closing.signal, `${path}: no answer`, async (limit) => {
    limit.addEventListener('abort', () => closing.abort(limit.reason), { once: true });
    const response = await unheld(connection.instance, () => connection.send(path, exchange, closing.signal));
    if (response.status !== 200) {
      throw await statusError(path, response);
    }
    const kind = response.headers.get('content-type') ?? '';
    if (!/^text\/event-stream\s*(;|$)/i.test(kind) || response.body === null) {
      throw new Error(`${path}: answered with ${JSON.stringify(kind)}, not with a stream`);
    }
    return response.body;
  });
}
