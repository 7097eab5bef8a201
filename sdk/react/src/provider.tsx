'use client';

import type { Bootstrap, BrowserClient, BrowserClientOptions, EvaluationContext } from '@flagledger/core/browser';
import { type ReactNode, useEffect, useMemo } from 'react';
import { SourceContext } from './client.js';
import { Source } from './source.js';

interface Shared {
  children?: ReactNode;
  /**
   * What the server found out for this context, from `flagClient.bootstrap()`
   * of @flagledger/node: the first render shows it, and nothing has to be
   * fetched before. Read once.
   */
  bootstrap?: Bootstrap | undefined;
  /**
   * Whether hooks suspend until the first attempt to get answers is over,
   * instead of showing defaults; false by default. On a server it asks for a
   * `bootstrap`. Read once.
   */
  suspend?: boolean;
}

/** A provider with a client of its own, which lives as long as it is mounted. */
interface Owning extends Shared, Omit<BrowserClientOptions, 'context' | 'bootstrap'> {
  /** Whom flags are evaluated for. New contents are evaluated anew; until then, old answers stay. */
  context: EvaluationContext;
  client?: never;
}

/** A provider of a client that somebody else made and will close. */
interface Lending extends Shared {
  client: BrowserClient;
  /** Handed to the client's `setContext` when its contents change; left to the client's owner by default. */
  context?: EvaluationContext;
  url?: never;
  clientKey?: never;
}

export type FlagProviderProps = Owning | Lending;

/**
 * Gives the hooks below it their answers and keeps these up to date.
 *
 * Rendering opens no connection: a client of its own starts when the provider
 * is mounted, so never on a server, and ends shortly after it is unmounted.
 * Another `client`, `url` or `clientKey` begins anew; the other options are
 * read once. Throws a TypeError for options that cannot be used.
 */
export function FlagProvider(props: FlagProviderProps): ReactNode {
  const { client, url, clientKey, context, children } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other options are read once
  const source = useMemo(() => Source.of(props), [client, url, clientKey]);
  useEffect(() => source.hold(), [source]);
  useEffect(() => {
    if (context) {
      source.follow(context);
    }
  });
  return <SourceContext.Provider value={source}>{children}</SourceContext.Provider>;
}
