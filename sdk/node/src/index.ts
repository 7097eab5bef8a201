/** Feature flags for Node.js: evaluated in the process, streamed from flagledger. */
export type {
  AttributeValue,
  ErrorCode,
  EvaluationContext,
  Json,
  Reason,
  Ruleset,
} from '@flagledger/core';
export type { Bootstrap } from '@flagledger/core/browser';
export { createFlagClient } from './client.js';
export type { Change, ClientEvent, ClientListener } from './clientevent.js';
export type { Details } from './details.js';
export { StatusError, UnauthorizedError, UnusableError } from './failure.js';
export type { FlagClient, TrackOptions, Widened } from './flagclient.js';
export type { Logger } from './logger.js';
export type { Middleware, MiddlewareOptions } from './middleware.js';
export type { FlagClientOptions } from './options.js';
export type { Stats } from './stats.js';
export type { Source, Status } from './status.js';
export { version } from './version.js';
