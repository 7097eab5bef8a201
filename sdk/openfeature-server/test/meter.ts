import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@flagledger/testkit';

/** How many exposures the server has recorded since it started. */
export async function exposuresOf(server: Server): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.token}` } });
  const line = /^flagledger_ingest_items_total\{kind="exposure",outcome="recorded"\} (\d+)$/m.exec(
    await response.text(),
  );
  return Number(line?.[1] ?? 0);
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
