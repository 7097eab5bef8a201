import type { TrackOptions } from '@flagledger/core/browser';
import type { TrackingEventDetails } from '@openfeature/web-sdk';

/**
 * What happened, in our terms: `value` and `failed` if they are a number and a
 * boolean, and everything else as text.
 */
export function occurrenceOf(details: TrackingEventDetails): TrackOptions {
  const { value, failed, ...rest } = details;
  const attributes: Record<string, string> = {};
  for (const [name, detail] of Object.entries(typeof failed === 'boolean' ? rest : { failed, ...rest })) {
    if (detail !== undefined && detail !== null) {
      attributes[name] = textOf(detail);
    }
  }
  return {
    ...(typeof value === 'number' ? { value } : {}),
    ...(typeof failed === 'boolean' ? { failed } : {}),
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

function textOf(detail: NonNullable<TrackingEventDetails[string]>): string {
  if (detail instanceof Date) {
    return Number.isNaN(detail.getTime()) ? '' : detail.toISOString();
  }
  return typeof detail === 'object' ? JSON.stringify(detail) : String(detail);
}
