/**
 * Server-sent events read from a fetch body, and how long to wait before the
 * next attempt: what every SDK needs to follow a server. Part of the browser
 * bundle, so it is small.
 */
export { Backoff, type BackoffOptions, waitFor } from './backoff.js';
export { type ReadOptions, readEvents, SilentStreamError, type StreamEvent } from './events.js';
