import type { ClientEvent, FlagClient } from '../src/index.js';

/** Waits until the client tells of an event of one type, and of which `test` is true. */
export function heard(
  client: FlagClient,
  type: ClientEvent['type'],
  test: (event: ClientEvent) => boolean = () => true,
): Promise<ClientEvent> {
  return new Promise((resolve) => {
    const end = client.subscribe((event) => {
      if (event.type === type && test(event)) {
        end();
        resolve(event);
      }
    });
  });
}
