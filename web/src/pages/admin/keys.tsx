import {
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { keys as keysQuery } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Page } from '../../parts/page';
import { Loaded } from '../../parts/problem';
import { When } from '../../parts/when';

type Key = Schemas['KeyView'];
type Kind = Key['kind'];

/** Keys admit people and SDKs. Only their hashes are stored. */
export function Keys() {
  const query = useQuery(keysQuery());
  const mayOwn = useMay('admin');
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schemas['KeyCreated'] | null>(null);
  const [revoked, setRevoked] = useState<Key | null>(null);
  return (
    <Page
      title="Keys"
      text="Admin tokens for people and scripts, server keys for services, client keys for browsers. Only hashes are stored."
      action={mayOwn && <Button onClick={() => setMaking(true)}>Create a key</Button>}
    >
      {!mayOwn && <Alert color="gray" title="Your token may not see keys. It needs the role admin." py="xs" />}
      {mayOwn && (
        <Loaded query={query}>
          {(list) => (
            <Stack gap="xs">
              {list
                .toSorted(
                  (a, b) => Number(b.usable) - Number(a.usable) || Date.parse(b.createdAt) - Date.parse(a.createdAt),
                )
                .map((k) => (
                  <Group key={k.id} className="panel" p="md" justify="space-between">
                    <div style={{ minWidth: 0, flex: '1 1 260px' }}>
                      <Group gap={8}>
                        <Text fw={600}>{k.name}</Text>
                        <Badge variant="default" tt="none">
                          {k.role ? `token, role ${k.role}` : `${k.kind} key`}
                        </Badge>
                        {!k.usable && <Badge color="gray">{k.revoked ? 'revoked' : 'expired'}</Badge>}
                      </Group>
                      <Text size="sm" c="dimmed" component="div">
                        {k.project ? `${k.project}${k.environment ? `, ${k.environment}` : ''}` : 'all projects'} · made{' '}
                        <When at={k.createdAt} />
                        {k.expiresAt && (
                          <>
                            {' '}
                            · expires <When at={k.expiresAt} />
                          </>
                        )}
                      </Text>
                    </div>
                    {k.usable && (
                      <Button size="xs" variant="light" color="red" onClick={() => setRevoked(k)}>
                        Revoke
                      </Button>
                    )}
                  </Group>
                ))}
            </Stack>
          )}
        </Loaded>
      )}
      {making && <Make onClose={() => setMaking(false)} onMade={setMade} />}
      {made && (
        <Modal opened onClose={() => setMade(null)} title={`The key ${made.name}`} size="lg">
          <Stack>
            <Text size="sm">
              This is the only time that it is shown. Put it where the application reads its secrets.
            </Text>
            <Code block>{made.key}</Code>
            <CopyButton value={made.key}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
            </CopyButton>
          </Stack>
        </Modal>
      )}
      {revoked && (
        <ChangeDialog
          title={`Revoke ${revoked.name}?`}
          action="Revoke"
          color="red"
          onClose={() => setRevoked(null)}
          send={() =>
            answer(api.DELETE('/api/v1/keys/{id}', { params: { path: { id: revoked.id }, header: commandHeaders() } }))
          }
        >
          <Text size="sm">Whoever uses it is refused from now on, streams included. This cannot be taken back.</Text>
        </ChangeDialog>
      )}
    </Page>
  );
}

function Make({ onClose, onMade }: { onClose: () => void; onMade: (key: Schemas['KeyCreated']) => void }) {
  const { project, environment, environments } = useHere();
  const [kind, setKind] = useState<Kind>('server');
  const [name, setName] = useState('');
  const [role, setRole] = useState<NonNullable<Key['role']>>('editor');
  const [where, setWhere] = useState(environment);
  const [expires, setExpires] = useState('');
  const send = async (reason: string) => {
    const place = kind === 'admin' ? { role } : { project, environment: where };
    onMade(
      await answer(
        api.POST('/api/v1/keys', {
          params: { header: commandHeaders() },
          body: { kind, name, reason, ...place, ...(expires ? { expiresAt: `${expires}T00:00:00Z` } : {}) },
        }),
      ),
    );
  };
  return (
    <ChangeDialog title="Create a key" action="Create" disabled={name === ''} send={send} onClose={onClose}>
      <TextInput
        label="Name"
        placeholder="api, or a person"
        required
        data-autofocus
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
      />
      <NativeSelect
        label="For"
        value={kind}
        data={[
          { value: 'server', label: 'a service: server key, sees the whole ruleset' },
          { value: 'client', label: 'a browser: client key, gets answers only' },
          { value: 'admin', label: 'a person or a script: admin token' },
        ]}
        onChange={(e) => setKind(e.currentTarget.value as Kind)}
      />
      {kind === 'admin' ? (
        <NativeSelect
          label="Role"
          data={['viewer', 'editor', 'admin']}
          value={role}
          onChange={(e) => setRole(e.currentTarget.value as NonNullable<Key['role']>)}
        />
      ) : (
        <NativeSelect
          label="Environment"
          data={environments.map((e) => e.key ?? '')}
          value={where}
          onChange={(e) => setWhere(e.currentTarget.value)}
        />
      )}
      <TextInput label="Expires" type="date" value={expires} onChange={(e) => setExpires(e.currentTarget.value)} />
    </ChangeDialog>
  );
}
