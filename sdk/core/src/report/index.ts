/**
 * What SDKs tell the server: exposures, once each, and metric events, in
 * batches that count once however often they are sent. Part of the browser
 * bundle, so it is small.
 */
export type { Exposure, MetricEvent, ReportStats } from './item.js';
export { ExposureMemory } from './memory.js';
export { Reporter, type ReporterOptions } from './reporter.js';
