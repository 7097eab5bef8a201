import type { FlagClient } from '@flagledger/node';
import { type OpenFeatureEventEmitter, ProviderEvents } from '@openfeature/server-sdk';

const staleMessage = 'the server is lost; the last ruleset goes on';

/** Tells OpenFeature what happens to the client; returns what ends that. */
export function forward(client: FlagClient, events: OpenFeatureEventEmitter): () => void {
  return client.subscribe((event) => {
    switch (event.type) {
      case 'ready':
        events.emit(ProviderEvents.Ready, { message: 'the ruleset is current' });
        break;
      case 'change':
        events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...event.flags] });
        break;
      case 'stale':
        events.emit(ProviderEvents.Stale, { message: staleMessage });
        break;
      case 'error':
        // A lost server is no error to whoever has a ruleset: it is stale, and has been told so.
        if (isRefused(event.error) || client.status().source === 'none') {
          events.emit(ProviderEvents.Error, { message: event.error.message });
        }
    }
  });
}

/** Tells OpenFeature that the first ruleset is not the server's, after it has taken the provider for ready. */
export function staleSoon(client: FlagClient, events: OpenFeatureEventEmitter): void {
  setTimeout(() => {
    if (client.status().stale) {
      events.emit(ProviderEvents.Stale, { message: staleMessage });
    }
  }, 0);
}

/** Whether the server refuses the key. Told by the status, because there may be two builds of the class. */
export function isRefused(error: Error | undefined): boolean {
  return error !== undefined && 'status' in error && (error.status === 401 || error.status === 403);
}
