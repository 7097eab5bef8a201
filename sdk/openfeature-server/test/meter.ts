import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@flagledger/testkit';

/**
 * How many items the server has counted since it started: exposures of its own
 * evaluations as "recorded", those and the events that clients report as "accepted".
 */
export async function itemsOf(
  server: Server,
  kind: 'exposure' | 'event',
  outcome: 'recorded' | 'accepted',
): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.token}` } });
  const name = `flagledger_ingest_items_total{kind="${kind}",outcome="${outcome}"} `;
  const line = (await response.text()).split('\n').find((line) => line.startsWith(name));
  return Number(line?.slice(name.length) ?? 0);
}

/** Waits until `holds` does; throws after ten seconds, naming what was waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await holds()) {
      return;
    }
    await sleep(20);
  }
  throw new Error(`it did not happen: ${what}`);
}
