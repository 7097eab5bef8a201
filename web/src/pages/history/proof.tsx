import { Button, Group, Text } from '@mantine/core';
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { session } from '../../app/session';
import { count } from '../../parts/words';
import { type Verified, verify } from './verify';

const pinned = 'flagledger.ledger-key';

/** sameKey remembers the first public key that this browser has seen, so that another one shows. */
function sameKey(key: string): boolean {
  try {
    const known = localStorage.getItem(pinned);
    if (known === null) localStorage.setItem(pinned, key);
    return known === null || known === key;
  } catch {
    return true;
  }
}

async function prove(seq: string): Promise<Verified> {
  const key = (await answer(api.GET('/api/v1/ledger/key', { parseAs: 'text' }))) as unknown as string;
  const response = await fetch(`/api/v1/ledger/export?seq=${seq}`, {
    headers: { Authorization: `Bearer ${session.token()}` },
  });
  if (!response.ok)
    throw new Error('The server gives no proof of this event yet. Checkpoints are signed once a second.');
  const found = await verify(seq, new Uint8Array(await response.arrayBuffer()), key.trim());
  return { ...found, sameKey: sameKey(key.trim()) };
}

/** Proof verifies an event on demand, in the browser. */
export function Proof({ seq }: { seq: string }) {
  const [asked, setAsked] = useState(false);
  const query = useQuery({ queryKey: ['proof', seq], queryFn: () => prove(seq), enabled: asked, retry: false });
  if (!asked || query.isLoading) {
    return (
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: 'flex-start' }}
        loading={asked}
        onClick={() => setAsked(true)}
      >
        Verify in this browser
      </Button>
    );
  }
  const good = query.data?.sameKey === true;
  const Icon = good ? IconShieldCheck : IconShieldX;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start" role="status">
      <Icon size={18} color={good ? 'var(--ledger-good)' : 'var(--ledger-bad)'} style={{ flex: 'none' }} />
      <Text size="xs" style={{ minWidth: 0 }}>
        {query.error && <b>Not verified: {query.error.message}</b>}
        {query.data && (
          <>
            <b>Verified.</b> This event is in the ledger of {count(Number(query.data.size))} events whose root{' '}
            {query.data.root} is signed by {query.data.origin}.
            {!good && <b> The key is not the one that this browser has seen before.</b>}
          </>
        )}
      </Text>
    </Group>
  );
}
