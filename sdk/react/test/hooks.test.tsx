import './dom.js';
import { act, cleanup, render, screen } from '@testing-library/react';
import { StrictMode, useEffect } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { useFeatureFlag, useFlagClient, useFlagDetails, useFlagValue, useTrack, useVariant } from '../src/index.js';
import { TestFlagClient, TestFlagProvider } from '../src/testing.js';

afterEach(cleanup);

function Feature({ flag, onRender }: { flag: string; onRender?: () => void }) {
  onRender?.();
  return <p data-testid={flag}>{useFeatureFlag(flag) ? 'on' : 'off'}</p>;
}

const textOf = (id: string) => screen.getByTestId(id).textContent;

test('a flag renders, and renders again when it changes', () => {
  const client = new TestFlagClient({ checkout: false });
  render(<Feature flag="checkout" />, {
    wrapper: ({ children }) => <TestFlagProvider client={client}>{children}</TestFlagProvider>,
  });
  expect(textOf('checkout')).toBe('off');
  act(() => client.set({ checkout: true }));
  expect(textOf('checkout')).toBe('on');
});

test('a component renders again only when its own flag changes', () => {
  const client = new TestFlagClient({ mine: false, other: { variant: 'a', value: { x: 1 } } });
  const mine = vi.fn();
  const other = vi.fn();
  function Other() {
    other(useFlagValue('other', {}), useVariant('other'));
    return null;
  }
  render(
    <TestFlagProvider client={client}>
      <Feature flag="mine" onRender={mine} />
      <Other />
    </TestFlagProvider>,
  );
  expect([mine.mock.calls.length, other.mock.calls.length]).toEqual([1, 1]);
  act(() => client.set({ other: { variant: 'b', value: { x: 2 } } }));
  expect([mine.mock.calls.length, other.mock.calls.length]).toEqual([1, 2]);
  act(() => client.set({ other: { variant: 'b', value: { x: 2 } } }));
  expect([mine.mock.calls.length, other.mock.calls.length]).toEqual([1, 2]);
  act(() => client.set({ mine: true }));
  expect([mine.mock.calls.length, other.mock.calls.length]).toEqual([2, 2]);
});

test('an object keeps its identity while its contents are the same, also the default', () => {
  const client = new TestFlagClient({ limits: { size: 1 } });
  const seen = new Set<unknown>();
  function Limits({ flag }: { flag: string }) {
    seen.add(useFlagValue(flag, { size: 0 }));
    return null;
  }
  const tree = (flag: string) => (
    <TestFlagProvider client={client}>
      <Limits flag={flag} />
    </TestFlagProvider>
  );
  const { rerender } = render(tree('limits'));
  act(() => client.set({ limits: { size: 1 } }));
  rerender(tree('limits'));
  expect([...seen]).toEqual([{ size: 1 }]);
  rerender(tree('missing'));
  rerender(tree('missing'));
  expect([...seen]).toEqual([{ size: 1 }, { size: 0 }]);
});

test('a flag of another type, and one that does not exist, serve the default and say why', () => {
  function Details({ flag }: { flag: string }) {
    const { value, reason, errorCode, ready } = useFlagDetails(flag, 7);
    return <p data-testid={flag}>{[value, reason, errorCode, ready].join(' ')}</p>;
  }
  render(
    <TestFlagProvider flags={{ text: 'seven', number: 8 }}>
      <Details flag="text" />
      <Details flag="missing" />
      <Details flag="number" />
    </TestFlagProvider>,
  );
  expect(textOf('text')).toBe('7 ERROR TYPE_MISMATCH true');
  expect(textOf('missing')).toBe('7 ERROR FLAG_NOT_FOUND true');
  expect(textOf('number')).toMatch(/^8 \w+ {2}true$/);
});

test('a hook that is given another flag follows that one', () => {
  const client = new TestFlagClient({ a: true, b: false });
  const tree = (flag: string) => (
    <TestFlagProvider client={client}>
      <Feature flag={flag} />
    </TestFlagProvider>
  );
  const { rerender } = render(tree('a'));
  rerender(tree('b'));
  expect(textOf('b')).toBe('off');
  act(() => client.set({ b: true }));
  expect(textOf('b')).toBe('on');
  expect(client.exposures.map(({ flag, variant }) => `${flag}=${variant}`)).toEqual(['a=on', 'b=off', 'b=on']);
});

test('only what was shown is exposed, once in StrictMode, and again to another unit', async () => {
  const client = new TestFlagClient({ shown: true, hidden: true }, { targetingKey: 'ada' });
  render(
    <StrictMode>
      <TestFlagProvider client={client}>
        <Feature flag="shown" />
        <Feature flag="shown" />
      </TestFlagProvider>
    </StrictMode>,
  );
  expect(client.exposures).toEqual([{ flag: 'shown', variant: 'on', targetingKey: 'ada' }]);
  await act(() => client.setContext({ targetingKey: 'bob' }));
  expect(client.exposures.map((exposure) => exposure.targetingKey)).toEqual(['ada', 'bob']);
});

test('a tree that is thrown away while it renders exposes nothing', () => {
  const client = new TestFlagClient({ shown: true });
  function Broken(): never {
    throw new Error('broken');
  }
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const broken = () =>
    render(
      <TestFlagProvider client={client}>
        <Feature flag="shown" />
        <Broken />
      </TestFlagProvider>,
    );
  expect(broken).toThrow('broken');
  log.mockRestore();
  expect(client.exposures).toEqual([]);
});

test('events are tracked, also by the first effect', () => {
  const client = new TestFlagClient();
  const tracks = new Set<unknown>();
  function Page() {
    const track = useTrack();
    tracks.add(track);
    useEffect(() => track('page', { value: 2 }), [track]);
    return null;
  }
  const tree = (
    <TestFlagProvider client={client}>
      <Page />
    </TestFlagProvider>
  );
  const { rerender } = render(tree);
  rerender(tree);
  expect(client.events).toEqual([{ name: 'page', value: 2 }]);
  expect(tracks.size).toBe(1);
});

test('a hook without a provider names the fix', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => render(<Feature flag="x" />)).toThrow('<FlagProvider>');
  log.mockRestore();
});

test('the flags of a test provider change with its property, and useFlagClient gives its client', () => {
  let client: unknown;
  function Spy() {
    client = useFlagClient();
    return null;
  }
  const tree = (on: boolean) => (
    <TestFlagProvider flags={{ checkout: on }}>
      <Feature flag="checkout" />
      <Spy />
    </TestFlagProvider>
  );
  const { rerender } = render(tree(false));
  const first = client;
  rerender(tree(true));
  expect(textOf('checkout')).toBe('on');
  expect(client).toBe(first);
  expect(first).toBeInstanceOf(TestFlagClient);
});
