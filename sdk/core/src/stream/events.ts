import { idly } from './backoff.js';

/** One event of a stream. */
export interface StreamEvent {
  /** Its kind; "message" where the stream names none. */
  event: string;
  /** Its data; lines are joined by "\n". */
  data: string;
  /** The last id that the stream has named, to resume after; "" if none. */
  id: string;
}

/** How a stream is read. */
export interface ReadOptions {
  /**
   * The longest time without a byte, in milliseconds. Servers send comments as
   * signs of life; a connection that is silent for longer is half open: the
   * other side is gone and nobody has told us.
   */
  silenceMs: number;
  /** Ends the reading without an error. */
  signal?: AbortSignal | undefined;
}

/** The stream sent nothing for too long. */
export class SilentStreamError extends Error {
  override name = 'SilentStreamError';
}

/**
 * Reads server-sent events as the HTML standard parses them. It ends when the
 * body ends or `signal` is aborted; the body is released in any case.
 *
 * @throws SilentStreamError after `silenceMs` without a byte, and what the body throws.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, options: ReadOptions): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const cancel = () => {
    reader.cancel().catch(() => {}); // a body that has failed cannot be cancelled
  };
  let silent = false;
  const watch = () =>
    idly(
      setTimeout(() => {
        silent = true;
        cancel();
      }, options.silenceMs),
    );
  let timer = watch();
  options.signal?.addEventListener('abort', cancel);
  try {
    const parser = new Parser();
    const decoder = new TextDecoder();
    while (!options.signal?.aborted) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      clearTimeout(timer);
      yield* parser.feed(decoder.decode(value, { stream: true }));
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
    cancel();
  }
  if (silent) {
    throw new SilentStreamError(`the stream was silent for ${options.silenceMs} ms`);
  }
}

/** Keeps what is unfinished between two pieces of text. */
class Parser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #id = '';

  *feed(text: string): Generator<StreamEvent> {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        this.#field(line);
        continue;
      }
      if (this.#data.length > 0) {
        yield { event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id };
      }
      this.#event = '';
      this.#data = [];
    }
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') {
      this.#data.push(value);
    } else if (name === 'event') {
      this.#event = value;
    } else if (name === 'id' && !value.includes('\0')) {
      this.#id = value;
    }
  }
}
