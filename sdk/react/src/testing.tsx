'use client';

/** Flags for tests of components: without a server, changed at will, with a record of what was reported. */
import { type ReactNode, useEffect, useState } from 'react';
import { FlagProvider } from './provider.js';
import { TestFlagClient, type TestFlags } from './testclient.js';

export { type TestEvent, type TestExposure, type TestFlag, TestFlagClient, type TestFlags } from './testclient.js';

/** Either flags, for a test that only needs answers, or a client, which can change them and tells what was reported. */
export type TestFlagProviderProps = { children?: ReactNode } & (
  | { flags: TestFlags; client?: never }
  | { client: TestFlagClient; flags?: never }
);

/**
 * Takes the place of FlagProvider in tests: the hooks below it answer from
 * `flags`, or from `client`. New contents of `flags` replace all flags.
 */
export function TestFlagProvider({ flags, client, children }: TestFlagProviderProps): ReactNode {
  const [own] = useState(() => new TestFlagClient(flags));
  useEffect(() => {
    if (flags) {
      own.replace(flags);
    }
  });
  return <FlagProvider client={client ?? own}>{children}</FlagProvider>;
}
