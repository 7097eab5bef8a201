'use client';

import { useFeatureFlag, useTrack } from '@flagledger/react';

/** The same answer in the server's HTML and in the browser, and a new one as soon as somebody flips the flag. */
export function Checkout() {
  const isNew = useFeatureFlag('new-checkout');
  const track = useTrack();
  return (
    <section>
      <p data-testid="checkout">{isNew ? 'The new checkout' : 'The checkout you know'}</p>
      <button type="button" onClick={() => track('purchase', { value: 49.9 })}>
        Pay
      </button>
    </section>
  );
}
