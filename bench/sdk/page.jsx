// The page of the measurement: it tells when a change has reached the DOM.
import { FlagProvider, useFeatureFlag } from '@flagledger/react';
import { useLayoutEffect } from 'react';
import { createRoot } from 'react-dom/client';

function Shown() {
  const on = useFeatureFlag('measured');
  useLayoutEffect(() => {
    window.seen(on, performance.timeOrigin + performance.now());
  }, [on]);
  return <output>{on ? 'on' : 'off'}</output>;
}

const { url, clientKey } = window.settings;
createRoot(document.getElementById('root')).render(
  <FlagProvider url={url} clientKey={clientKey} context={{ userId: 'u1' }}>
    <Shown />
  </FlagProvider>,
);
