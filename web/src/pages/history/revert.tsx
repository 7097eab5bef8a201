import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders } from '../../api/client';
import { refreshFlag } from '../../api/queries';
import { useHere } from '../../parts/here';
import { Loaded, Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';
import { Differences } from './differences';

interface Props {
  project: string;
  flag: string;
  to: string;
  onClose: () => void;
}

/** Revert makes a flag again what it was, after showing what would change. */
export function Revert({ project, flag, to, onClose }: Props) {
  const { anyReasonRequired } = useHere();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const send = (preview: boolean, seen?: string) =>
    answer(
      api.POST('/api/v1/projects/{project}/revert', {
        params: { path: { project }, header: commandHeaders() },
        body: { flags: [{ flag, ...(seen ? { seen } : {}) }], to, preview, reason },
      }),
    );
  const preview = useQuery({
    queryKey: ['revert', project, flag, to],
    queryFn: () => send(true),
    staleTime: 0,
    gcTime: 0,
  });
  const revert = useMutation({
    mutationFn: () => send(false, preview.data?.flags?.[0]?.seen),
    onSuccess: () => {
      void refreshFlag(client, project, flag);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Make ${flag} what it was after event ${to}`} size="xl">
      <Loaded query={preview}>
        {(found) => (
          <form
            onSubmit={(e) => {
              e.preventDefault();
              revert.mutate();
            }}
          >
            <Stack>
              {found.flags?.some((f) => f.changed) ? (
                <Differences list={found.flags} />
              ) : (
                <Alert color="gray" title="Nothing would change: it is like that now" py="xs" />
              )}
              <Text size="sm" c="dimmed">
                The history stays as it is; what is undone is undone by new events. Rollouts and experiments are not
                restarted.
              </Text>
              <Reason value={reason} onChange={setReason} required={anyReasonRequired} data-autofocus />
              {revert.error && <Problem error={revert.error} title="Nothing was changed" />}
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  Cancel
                </Button>
                <Button type="submit" loading={revert.isPending} disabled={!found.flags?.some((f) => f.changed)}>
                  Revert
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Loaded>
    </Modal>
  );
}
