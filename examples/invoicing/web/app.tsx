import { FlagProvider } from '@flagledger/react';
import type { PageData } from '../shared/page.js';
import { Shell } from './shell.js';

/**
 * The page. It starts from what the server has decided, and follows flagledger
 * from there: a flag that is flipped changes the page that is open.
 */
export function App({ data }: { data: PageData }) {
  const { url, clientKey, bootstrap } = data.flags;
  return (
    <FlagProvider url={url} clientKey={clientKey} context={bootstrap.context} bootstrap={bootstrap}>
      <Shell data={data} />
    </FlagProvider>
  );
}
