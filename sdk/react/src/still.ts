import { type BrowserClient, type BrowserClientOptions, createBrowserClient } from '@flagledger/core/browser';

/**
 * A client that answers from its bootstrap for ever: it is closed before it
 * could send anything. Servers render from it, and browsers until they may
 * start a real one.
 */
export function stillClient(options: Partial<BrowserClientOptions>): BrowserClient {
  const client = createBrowserClient({ ...nobody, ...options, fetch: () => Promise.reject() });
  void client.close();
  return client;
}

const nobody = { url: '', clientKey: 'fl_client_', context: {} };
