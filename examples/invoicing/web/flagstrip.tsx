import { useFlagClient } from '@flagledger/react';
import { useSyncExternalStore } from 'react';
import { flag } from '../shared/flag.js';

const keys = Object.values(flag);

/**
 * What this page is served, live, for those who try the example. It peeks: a
 * flag that is only shown here has had no effect on anybody, so nobody is
 * counted as exposed to it.
 */
export function FlagStrip() {
  const client = useFlagClient();
  const read = () => keys.map((key) => client.peek(key, null).variant ?? '–').join(' ');
  const variants = useSyncExternalStore((changed) => client.subscribe(changed), read, read).split(' ');
  return (
    <section className="strip" aria-label="Flags of this page">
      <span className="title">Flags</span>
      <ul>
        {keys.map((key, i) => (
          <li
            key={`${key} ${variants[i]}`}
            data-flag={key}
            className={['off', '–'].includes(variants[i] ?? '') ? 'off' : 'on'}
          >
            {key} <b>{variants[i]}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
