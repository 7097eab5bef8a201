/** A unit was served a variant because a split decided so. */
export interface Exposure {
  readonly flag: string;
  /** The version of the flag, in decimal. */
  readonly version: string;
  readonly variant: string;
  /** The attribute that the split buckets by. */
  readonly by: string;
  /** Its value, as it is bucketed. */
  readonly unit: string;
  /** The rule that decided, if one did. */
  readonly rule?: string | undefined;
  /** What is known of the unit, for results by country or plan. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Something that happened to units: a conversion, a payment, a request that failed. */
export interface MetricEvent {
  readonly name: string;
  /** The measurement, finite. */
  readonly value?: number | undefined;
  /** What an error rate counts. */
  readonly failed?: boolean | undefined;
  /** Whose event it is, by attribute: one at least, ten at most. */
  readonly units: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** The flags it counts for; all if there are none. */
  readonly flags?: readonly string[] | undefined;
  /** Now by default. */
  readonly at?: Date | undefined;
}

/**
 * Counts since the reporter was made. Of every exposure and event that was
 * reported, exactly one of accepted, rejected, refused, dropped and lost becomes
 * true, or it is still queued or on its way.
 */
export interface ReportStats {
  /** Reported, dropped ones included. */
  exposures: number;
  events: number;
  /** By the server. */
  accepted: number;
  /** By the server, item by item. */
  rejected: number;
  /** By the server, as a batch. */
  refused: number;
  /** Because the queue was full. */
  dropped: number;
  /** Because the server could not be reached in time. */
  lost: number;
  /** Events without a name, a unit, a finite value or a time: not reported at all. */
  invalid: number;
  /** Waiting for the next batch, or on its way. */
  queued: number;
  /** Batches delivered, and attempts that failed before they were. */
  batches: number;
  retries: number;
}

/** The body of POST /api/v1/events. Its id stays the same however often it is sent. */
export interface Batch {
  id: string;
  sdk: string;
  exposures: (Exposure & { at: string })[];
  events: (Omit<MetricEvent, 'at'> & { at: string })[];
}

export const sizeOf = (batch: Batch): number => batch.exposures.length + batch.events.length;
