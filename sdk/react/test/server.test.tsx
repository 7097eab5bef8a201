import type { Bootstrap } from '@flagledger/core/browser';
import { Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { FlagProvider, useFeatureFlag, useFlagDetails, useTrack, useVariant } from '../src/index.js';

const context = { targetingKey: 'ada' };
const bootstrap: Bootstrap = {
  context,
  revision: '7',
  flags: [
    { key: 'checkout', value: true, variant: 'on', reason: 'STATIC', metadata: { version: '5' } },
    { key: 'theme', value: 'dark', variant: 'night', reason: 'SPLIT', metadata: { version: '6', by: 'targetingKey' } },
    { key: 'torn', errorCode: 'PARSE_ERROR' },
  ],
};

function Page() {
  useTrack();
  const torn = useFlagDetails('torn', 'mended');
  return (
    <p>
      {[useFeatureFlag('checkout'), useVariant('theme'), torn.value, torn.errorCode, torn.ready].map(String).join(' ')}
    </p>
  );
}

const options = () => ({
  url: 'http://127.0.0.1:9',
  clientKey: 'fl_client_test',
  context,
  fetch: vi.fn<typeof fetch>(),
});

test('a server renders what the bootstrap says, opens no connection and leaves no timer', async () => {
  vi.useFakeTimers();
  const props = options();
  const page = (
    <FlagProvider {...props} bootstrap={bootstrap}>
      <Page />
    </FlagProvider>
  );
  expect(renderToString(page)).toBe('<p>true night mended PARSE_ERROR true</p>');
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  expect(props.fetch).not.toHaveBeenCalled();
});

test('a server without a bootstrap renders defaults', () => {
  const props = options();
  const page = (
    <FlagProvider {...props}>
      <Page />
    </FlagProvider>
  );
  expect(renderToString(page)).toBe('<p>false undefined mended PROVIDER_NOT_READY false</p>');
  expect(props.fetch).not.toHaveBeenCalled();
});

test('a provider that suspends renders with a bootstrap, and leaves the boundary to the browser without', () => {
  const page = (given?: Bootstrap) => (
    <FlagProvider {...options()} {...(given && { bootstrap: given })} suspend>
      <Suspense fallback="waiting">
        <Page />
      </Suspense>
    </FlagProvider>
  );
  expect(renderToString(page(bootstrap))).toContain('<p>true night');
  const html = renderToString(page());
  expect(html).toContain('waiting');
  expect(html).not.toContain('<p>');
});
