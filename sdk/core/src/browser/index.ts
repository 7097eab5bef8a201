/**
 * Flags in a browser: the server evaluates, by the OpenFeature Remote
 * Evaluation Protocol, so rules never leave it; the client follows changes,
 * answers at once and reports what was really shown.
 *
 *     options -> BrowserClient -> Follower (evaluate, stream, poll) -> Answers
 *                              -> Reporter (exposures, events)
 *
 * It is what @flagledger/react and the OpenFeature web provider are made of,
 * and small, because every page loads it. Importing it does nothing.
 */
export type { AttributeValue, EvaluationContext } from '../context.js';
export type { ReportStats } from '../report/item.js';
export type { ErrorCode, Reason } from '../result.js';
export type { Json } from '../value.js';
export type { Details } from './answers.js';
export { type BrowserClient, createBrowserClient, type TrackOptions } from './client.js';
export { contentsOf, type Status } from './follower.js';
export type { Bootstrap, OfrepFlag } from './ofrep.js';
export type { BrowserClientOptions, Logger } from './options.js';
