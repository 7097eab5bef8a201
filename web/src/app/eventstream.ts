/** StreamEvent is one server-sent event. */
export interface StreamEvent {
  name: string;
  id: string;
  data: string;
}

/**
 * events reads server-sent events with a token in the header, which EventSource cannot send. It ends with the
 * stream, and throws when there is none.
 */
export async function* events(path: string, token: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, signal });
  if (!response.ok || !response.body) throw new Error(`the stream answered with status ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

function parse(block: string): StreamEvent | null {
  const event = { name: 'message', id: '', data: '' };
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event.name = line.slice(7);
    if (line.startsWith('id: ')) event.id = line.slice(4);
    if (line.startsWith('data: ')) event.data += line.slice(6);
  }
  return event.data === '' ? null : event;
}
