import { FlagProvider } from '@flagledger/react';
import { cookies } from 'next/headers';
import { clientKey, flagledgerUrl, serverFlags } from '../lib/flags';
import { Checkout } from './checkout';

/** Rendered for each visitor: reading the cookie keeps it out of the static pages. */
export default async function Page() {
  const visitor = (await cookies()).get('visitor')?.value ?? 'anonymous';
  const context = { targetingKey: visitor };
  const flags = await serverFlags();
  return (
    <FlagProvider url={flagledgerUrl()} clientKey={clientKey()} context={context} bootstrap={flags.bootstrap(context)}>
      <h1>Checkout</h1>
      <Checkout />
    </FlagProvider>
  );
}
