'use client';

/**
 * Feature flags for React: a provider, hooks that render again when their flag
 * changes, and nothing else in the bundle. Tests use `@flagledger/react/testing`.
 */
export type {
  Bootstrap,
  BrowserClient,
  BrowserClientOptions,
  Details,
  EvaluationContext,
  Json,
  TrackOptions,
} from '@flagledger/core/browser';
export { useFlagClient, useTrack } from './client.js';
export { type FlagDetails, useFeatureFlag, useFlagDetails, useFlagValue, useVariant } from './flag.js';
export { FlagProvider, type FlagProviderProps } from './provider.js';
