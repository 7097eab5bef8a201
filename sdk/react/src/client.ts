'use client';

import type { BrowserClient } from '@flagledger/core/browser';
import { createContext, useCallback, useContext } from 'react';
import type { Source } from './source.js';

export const SourceContext = createContext<Source | undefined>(undefined);

export function useSource(): Source {
  const source = useContext(SourceContext);
  if (!source) {
    throw new Error('flagledger: wrap the application in a <FlagProvider>');
  }
  return source;
}

/**
 * The client behind the hooks, for what they do not cover: `flush`, `stats`,
 * `setContext`. In a browser it runs from the first call on; on a server it
 * answers from the bootstrap and sends nothing. Throws without a provider.
 */
export function useFlagClient(): BrowserClient {
  return useSource().client;
}

/**
 * Returns a function that reports an event, such as a purchase, for the metrics
 * of rollouts and experiments. Its identity is stable; call it in handlers and
 * effects, not while rendering. It never throws and waits for nothing.
 */
export function useTrack(): BrowserClient['track'] {
  const source = useSource();
  return useCallback((name, options) => source.client.track(name, options), [source]);
}
