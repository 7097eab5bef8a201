import './dom.js';
import { type Server, startServer } from '@flagledger/testkit';
import { act, screen } from '@testing-library/react';
import { type ReactNode, StrictMode, Suspense } from 'react';
import { hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Bootstrap, FlagProvider, useFeatureFlag } from '../src/index.js';
import { Wire } from './wire.js';

const context = { targetingKey: 'ada' };
let server: Server;
let clientKey: string;
let root: Root | undefined;

beforeAll(async () => {
  server = await startServer();
  clientKey = await server.key('client');
  await server.cli('flag', 'create', 'checkout', '--owner', 'payments');
  await server.cli('flag', 'on', 'checkout', '--env', 'production');
});

afterEach(() => {
  act(() => root?.unmount());
  document.body.innerHTML = '';
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** What a server would have found out, which may be older than what is true now. */
function bootstrapOf(on: boolean): Bootstrap {
  const variant = on ? 'on' : 'off';
  return {
    context,
    revision: '1',
    flags: [{ key: 'checkout', value: on, variant, reason: 'STATIC', metadata: { version: '1' } }],
  };
}

/** Hydrates what a server renders of `tree`, and records what the page shows and what React complains of. */
async function hydrate(tree: ReactNode) {
  const container = document.createElement('div');
  container.innerHTML = renderToString(tree);
  document.body.append(container);
  const html = container.innerHTML;
  const complaints: unknown[] = [];
  const log = vi.spyOn(console, 'error').mockImplementation((...args) => void complaints.push(args));
  await act(async () => {
    root = hydrateRoot(container, tree, { onRecoverableError: (err) => complaints.push(err) });
  });
  log.mockRestore();
  return { container, html, complaints };
}

test('hydration begins with the answers of the HTML, needs no request for them, and follows the server', async () => {
  const wire = new Wire();
  const shown: string[] = [];
  function Checkout() {
    const text = useFeatureFlag('checkout') ? 'new checkout' : 'known checkout';
    shown.push(`${text} after ${wire.evaluations.length}`);
    return <p>{text}</p>;
  }
  const { html, complaints } = await hydrate(
    <StrictMode>
      <FlagProvider
        url={server.url}
        clientKey={clientKey}
        context={context}
        bootstrap={bootstrapOf(false)}
        fetch={wire.fetch}
        suspend
      >
        <Checkout />
      </FlagProvider>
    </StrictMode>,
  );
  expect(html).toContain('known checkout');
  expect(complaints).toEqual([]);
  // The bootstrap is older than the server: what is true now follows the first paint.
  await screen.findByText('new checkout', {}, { timeout: 10_000 });
  expect(shown[0]).toBe('known checkout after 0');
  expect(shown.findIndex((text) => text.startsWith('new'))).toBeGreaterThan(0);
});

test('a boundary that hydrates late begins with the HTML too, although newer answers are there', async () => {
  let arrive = () => {};
  let arrived = false;
  const code = new Promise<void>((resolve) => {
    arrive = () => {
      arrived = true;
      resolve();
    };
  });
  function Checkout() {
    return <p>{useFeatureFlag('checkout') ? 'new checkout' : 'known checkout'}</p>;
  }
  function Late() {
    if (onServer || arrived) {
      return <Checkout />;
    }
    throw code;
  }
  let onServer = true;
  function Sooner() {
    return <b>{useFeatureFlag('checkout') ? 'new' : 'known'}</b>;
  }
  const tree = (
    <FlagProvider url={server.url} clientKey={clientKey} context={context} bootstrap={bootstrapOf(false)}>
      <Sooner />
      <Suspense fallback="waiting">
        <Late />
      </Suspense>
    </FlagProvider>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(tree);
  document.body.append(container);
  onServer = false;
  const complaints: unknown[] = [];
  await act(async () => {
    root = hydrateRoot(container, tree, { onRecoverableError: (err) => complaints.push(err) });
  });
  await screen.findByText('new', {}, { timeout: 10_000 });
  expect(container.textContent).toBe('newknown checkout');
  await act(async () => arrive());
  await screen.findByText('new checkout', {}, { timeout: 10_000 });
  expect(complaints).toEqual([]);
});
