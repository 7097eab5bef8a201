import type { Batch } from './item.js';
import type { ReporterOptions } from './reporter.js';

/** What has become of an attempt to send a batch. */
export type Outcome =
  | { kind: 'settled'; rejected: readonly { kind: string; path: string; message: string }[] }
  | { kind: 'refused'; why: string }
  | { kind: 'unauthorized' | 'again'; why: string; retryAfterMs: number };

/** The longest that one request may take, in milliseconds. */
const requestMs = 10_000;

/** Sends a batch once. It never throws. */
export async function post(options: ReporterOptions, batch: Batch, signal: AbortSignal): Promise<Outcome> {
  try {
    const response = await options.fetch(`${options.url}/api/v1/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${options.key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(batch),
      keepalive: options.keepalive?.() ?? false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
    });
    if (response.status === 202) {
      const receipt = (await response.json()) as { rejected?: [] };
      return { kind: 'settled', rejected: receipt.rejected ?? [] };
    }
    const why = `${response.status} ${(await response.text()).slice(0, 500)}`;
    return verdict(response, why);
  } catch (err) {
    return { kind: 'again', why: String(err), retryAfterMs: 0 };
  }
}

function verdict({ status, headers }: Response, why: string): Outcome {
  const retryAfterMs = 1000 * (Number(headers.get('Retry-After')) || 0);
  if (status === 401 || status === 403) {
    return { kind: 'unauthorized', why, retryAfterMs };
  }
  const passes = status >= 500 || status < 400 || [408, 425, 429].includes(status);
  return passes ? { kind: 'again', why, retryAfterMs } : { kind: 'refused', why };
}
