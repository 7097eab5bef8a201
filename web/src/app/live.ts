import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { refreshFlag } from '../api/queries';
import { events } from './eventstream';

/** LiveEvent is what the server says of a new event of the ledger. */
export interface LiveEvent {
  seq: string;
  type: string;
  project?: string;
  kind: string;
  key: string;
  environment?: string;
}

/** The state of the connection, for whoever shows it. */
let connected = true;
const watchers = new Set<() => void>();

function setConnected(value: boolean): void {
  if (connected === value) return;
  connected = value;
  for (const tell of watchers) tell();
}

export function useConnected(): boolean {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => connected,
  );
}

/** useLive follows the ledger and reads again what its events have made old. */
export function useLive(client: QueryClient, token: string | null): void {
  useEffect(() => {
    if (!token) return;
    const stop = new AbortController();
    void follow(client, token, stop.signal);
    return () => stop.abort();
  }, [client, token]);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function follow(client: QueryClient, token: string, signal: AbortSignal): Promise<void> {
  let newest: string | null = null;
  for (let wait = 250; !signal.aborted; wait = Math.min(wait * 2, 5_000)) {
    try {
      for await (const event of events('/api/v1/live', token, signal)) {
        wait = 250;
        setConnected(true);
        if (event.name === 'at') {
          const { seq } = JSON.parse(event.data) as { seq: string };
          if (newest !== null && newest !== seq) void client.invalidateQueries(); // missed while away
          newest = seq;
        }
        if (event.name === 'reset') void client.invalidateQueries();
        if (event.name === 'events') {
          const list = JSON.parse(event.data) as LiveEvent[];
          newest = event.id;
          apply(client, list);
        }
      }
    } catch {
      // below
    }
    if (signal.aborted) return;
    setConnected(false);
    await sleep(wait);
  }
}

/** apply reads again what the events are about, each thing once. */
function apply(client: QueryClient, list: readonly LiveEvent[]): void {
  const flags = new Map<string, LiveEvent>();
  for (const e of list) {
    void client.invalidateQueries({ queryKey: ['p', e.project, 'events'] });
    switch (e.kind) {
      case 'flag':
        flags.set(`${e.project} ${e.key}`, e);
        void client.invalidateQueries({ queryKey: ['p', e.project, 'hygiene'] });
        break;
      case 'key':
        void client.invalidateQueries({ queryKey: ['keys'] });
        break;
      case 'project':
        void client.invalidateQueries({ queryKey: ['projects'] });
        void client.invalidateQueries({ queryKey: ['p', e.project] });
        break;
      default:
        void client.invalidateQueries({ queryKey: ['p', e.project, e.kind] });
    }
  }
  for (const { project, key } of flags.values()) void refreshFlag(client, project ?? '', key);
}
