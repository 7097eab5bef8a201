import type { ReportStats } from '@flagledger/core/report';
import type { UpdaterStats } from './updater.js';

/** Counts since the client was made: of what was reported, and of the rulesets received. */
export interface Stats extends ReportStats, UpdaterStats {}
