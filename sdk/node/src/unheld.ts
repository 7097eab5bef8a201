import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What Node's fetch tells when it writes the head of a request. */
interface SendHeaders {
  headers?: unknown;
  socket?: Pick<Socket, 'unref'>;
}

const channel = 'undici:client:sendHeaders';

/**
 * Runs `open`, which asks for an event stream with `mark` among the headers of
 * the request, and lets the process end although the stream does not: a request
 * of fetch keeps its process alive, and only undici's diagnostics channel shows
 * which socket it is on. With another fetch this changes nothing.
 */
export async function unheld<T>(mark: string, open: () => Promise<T>): Promise<T> {
  const release = (message: unknown) => {
    const { headers, socket } = message as SendHeaders;
    const head = String(headers);
    if (head.includes(mark) && head.includes('text/event-stream')) {
      socket?.unref();
    }
  };
  subscribe(channel, release);
  try {
    return await open();
  } finally {
    unsubscribe(channel, release);
  }
}
