import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { readEvents, SilentStreamError, type StreamEvent } from '../../src/stream/index.js';

/** A body that comes in the pieces given, and then ends, or hangs. */
function bodyOf(pieces: (string | Uint8Array)[], { hangs = false } = {}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      }
      if (!hangs) {
        controller.close();
      }
    },
  });
}

async function read(body: ReadableStream<Uint8Array>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(body, { silenceMs: 1000 })) {
    events.push(event);
  }
  return events;
}

test.each([
  ['data', 'data: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
  ['kind and id', 'event: put\nid: 7\ndata: {}\n\n', [{ event: 'put', data: '{}', id: '7' }]],
  ['several lines', 'data: a\ndata:b\ndata\n\n', [{ event: 'message', data: 'a\nb\n', id: '' }]],
  ['one space only', 'data:  a\n\n', [{ event: 'message', data: ' a', id: '' }]],
  ['comments', ': ping\n\ndata: a\n: more\n\n', [{ event: 'message', data: 'a', id: '' }]],
  [
    'other ends of lines',
    'data: a\r\rdata: b\r\n\r\n',
    [
      { event: 'message', data: 'a', id: '' },
      { event: 'message', data: 'b', id: '' },
    ],
  ],
  ['no data, no event', 'event: put\nid: 3\n\ndata: a\n\n', [{ event: 'message', data: 'a', id: '3' }]],
  [
    'an id with NUL',
    'id: 1\ndata: a\n\nid: \0\ndata: b\n\n',
    [
      { event: 'message', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
    ],
  ],
  [
    'an id is remembered and taken back',
    'id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n',
    [
      { event: 'message', data: 'a', id: '1' },
      { event: 'message', data: 'b', id: '1' },
      { event: 'message', data: 'c', id: '' },
    ],
  ],
  ['an unfinished event', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a', id: '' }]],
  ['a byte order mark', '\ufeffdata: a\n\n', [{ event: 'message', data: 'a', id: '' }]],
])('%s, in one piece and byte by byte', async (_, text, want) => {
  expect(await read(bodyOf([text]))).toEqual(want);
  const bytes = [...new TextEncoder().encode(text)].map((byte) => Uint8Array.of(byte));
  expect(await read(bodyOf(bytes))).toEqual(want);
});

test('characters that are cut in two', async () => {
  const bytes = new TextEncoder().encode('data: 🦫é\n\n');
  const cut = [bytes.slice(0, 8), bytes.slice(8, 11), bytes.slice(11)];
  expect(await read(bodyOf(cut))).toEqual([{ event: 'message', data: '🦫é', id: '' }]);
});

test('a silent stream is given up, and its connection closed', async () => {
  const closed = deferred();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: a\n\n');
    response.on('close', closed.resolve);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { body } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of readEvents(body as ReadableStream<Uint8Array>, { silenceMs: 50 })) {
      seen.push(event.data);
    }
  })();
  await expect(reading).rejects.toThrow(SilentStreamError);
  expect(seen).toEqual(['a']);
  await closed.promise;
  server.close();
});

test('comments are signs of life', async () => {
  let pings = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      pings++;
      controller.enqueue(new TextEncoder().encode(pings < 5 ? ': ping\n' : '\ndata: a\n\n'));
      if (pings === 5) {
        controller.close();
      }
    },
  });
  const events: string[] = [];
  for await (const event of readEvents(body, { silenceMs: 150 })) {
    events.push(event.data);
  }
  expect(events).toEqual(['a']);
});

test('an abort ends the reading without an error', async () => {
  const stop = new AbortController();
  const events: string[] = [];
  for await (const event of readEvents(bodyOf(['data: a\n\n'], { hangs: true }), {
    silenceMs: 10_000,
    signal: stop.signal,
  })) {
    events.push(event.data);
    stop.abort();
  }
  expect(events).toEqual(['a']);
});

test('an error of the body is thrown', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.error(new TypeError('terminated'));
    },
  });
  await expect(read(body)).rejects.toThrow('terminated');
});

function deferred() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
