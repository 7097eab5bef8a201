import './dom.js';
import { type Server, startServer } from '@flagledger/testkit';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { StrictMode, Suspense } from 'react';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FlagProvider, useFeatureFlag } from '../src/index.js';
import { Wire } from './wire.js';

let server: Server;
let clientKey: string;

beforeAll(async () => {
  server = await startServer();
  clientKey = await server.key('client');
  await server.cli('flag', 'create', 'checkout', '--owner', 'payments');
  await set('--on', '--percentage', 'on=0', '--target', 'on=ada');
});

afterEach(cleanup);
afterAll(() => server?.[Symbol.asyncDispose]());

function set(...config: string[]): Promise<string> {
  return server.cli('flag', 'set', 'checkout', '--env', 'production', ...config);
}

function Checkout() {
  return <p>{useFeatureFlag('checkout') ? 'new checkout' : 'known checkout'}</p>;
}

/** The provider as an application has it, speaking through a wire. */
function optionsOf(wire: Wire, targetingKey: string) {
  return { url: server.url, clientKey, context: { targetingKey }, fetch: wire.fetch, flushIntervalMs: 20 };
}

test('a flip on the server renders again, and an unmounted provider lets go of its stream', async () => {
  const wire = new Wire();
  const { unmount } = render(
    <FlagProvider {...optionsOf(wire, 'bob')}>
      <Checkout />
    </FlagProvider>,
  );
  expect(screen.getByText('known checkout')).toBeTruthy();
  await waitFor(() => expect(wire.streams).toBe(1));
  await set('--percentage', 'on=100');
  await screen.findByText('new checkout', {}, { timeout: 10_000 });
  await set('--percentage', 'on=0');
  await screen.findByText('known checkout', {}, { timeout: 10_000 });
  unmount();
  await waitFor(() => expect(wire.streams).toBe(0));
});

test('StrictMode starts one client, which survives its rehearsal, and reports one exposure', async () => {
  const wire = new Wire();
  await set('--percentage', 'on=50');
  render(
    <StrictMode>
      <FlagProvider {...optionsOf(wire, 'carol')}>
        <Checkout />
        <Checkout />
      </FlagProvider>
    </StrictMode>,
  );
  await waitFor(() => expect(wire.exposures).toHaveLength(1), { timeout: 10_000 });
  await waitFor(() => expect(wire.streams).toBe(1));
  await set('--percentage', 'on=100');
  await waitFor(() => expect(screen.getAllByText('new checkout')).toHaveLength(2), { timeout: 10_000 });
  await waitFor(() => expect(wire.streams).toBe(1));
  expect(new Set(wire.exposures).size).toBe(wire.exposures.length);
});

test('a new context is evaluated anew, equal contents are not, and old answers stay until then', async () => {
  const wire = new Wire();
  await set('--percentage', 'on=0');
  const shown: string[] = [];
  function Watch() {
    shown.push(useFeatureFlag('checkout') ? 'on' : 'off');
    return <p>{shown.at(-1)}</p>;
  }
  const tree = (context: { targetingKey: string; plan?: string }) => (
    <FlagProvider {...optionsOf(wire, '')} streaming={false} context={context}>
      <Watch />
    </FlagProvider>
  );
  const { rerender } = render(tree({ targetingKey: 'ada' }));
  await screen.findByText('on');
  rerender(tree({ targetingKey: 'ada' }));
  rerender(tree({ targetingKey: 'ada', plan: 'free' }));
  await waitFor(() => expect(wire.evaluations).toHaveLength(2));
  rerender(tree({ plan: 'free', targetingKey: 'ada' }));
  rerender(tree({ targetingKey: 'bob' }));
  expect(shown.at(-1)).toBe('on');
  await screen.findByText('off');
  expect(wire.evaluations).toHaveLength(3);
  expect(shown.join(' ')).toMatch(/^off( on)+( off)+$/);
});

test.each(['inside', 'outside'])('a suspending provider with the boundary %s shows no default', async (side) => {
  const wire = new Wire();
  const seen: string[] = [];
  function Watch() {
    seen.push(useFeatureFlag('checkout') ? 'on' : 'off');
    return <p>{seen.at(-1)}</p>;
  }
  const provided = (boundary: boolean) => (
    <FlagProvider {...optionsOf(wire, 'ada')} suspend>
      {boundary ? (
        <Suspense fallback="waiting">
          <Watch />
        </Suspense>
      ) : (
        <Watch />
      )}
    </FlagProvider>
  );
  const { container, unmount } = render(
    <StrictMode>
      {side === 'inside' ? provided(true) : <Suspense fallback="waiting">{provided(false)}</Suspense>}
    </StrictMode>,
  );
  expect(container.textContent).toBe('waiting');
  await screen.findByText('on', {}, { timeout: 10_000 });
  expect(new Set(seen)).toEqual(new Set(['on']));
  expect(wire.evaluations.length).toBeLessThanOrEqual(2); // the first, and what the stream asks for
  unmount();
  await waitFor(() => expect(wire.streams).toBe(0));
});

test('a suspending provider shows the default when the server cannot be reached', async () => {
  const wire = new Wire();
  render(
    <FlagProvider {...optionsOf(wire, 'ada')} url="http://127.0.0.1:9" suspend>
      <Suspense fallback="waiting">
        <Checkout />
      </Suspense>
    </FlagProvider>,
  );
  await screen.findByText('known checkout', {}, { timeout: 10_000 });
});
