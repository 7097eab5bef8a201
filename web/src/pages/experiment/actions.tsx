import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { type Flag, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';

interface Props {
  flag: Flag;
  experiment: Schemas['ExperimentView'];
}

/** Actions stops or decides an experiment. */
export function Actions({ flag, experiment }: Props) {
  const [asked, setAsked] = useState<'stop' | 'decide' | null>(null);
  const mayEdit = useMay('editor');
  if (experiment.status === 'decided') return null;
  return (
    <Group gap="xs">
      {experiment.status === 'running' && (
        <Button variant="default" disabled={!mayEdit} onClick={() => setAsked('stop')}>
          Stop
        </Button>
      )}
      <Button disabled={!mayEdit} onClick={() => setAsked('decide')}>
        Decide
      </Button>
      {asked && <Ask flag={flag} experiment={experiment} action={asked} onClose={() => setAsked(null)} />}
    </Group>
  );
}

function Ask({ flag, experiment, action, onClose }: Props & { action: 'stop' | 'decide'; onClose: () => void }) {
  const { project, environment, reasonRequired } = useHere();
  const client = useQueryClient();
  const variants = experiment.variants ?? [];
  const [variant, setVariant] = useState(variants.find((v) => v !== experiment.design.control) ?? variants[0] ?? '');
  const [serve, setServe] = useState(true);
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: () => {
      const params = { path: { project, flag: flag.key, environment }, header: commandHeaders() };
      const here = '/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment';
      return action === 'stop'
        ? answer(api.POST(`${here}/stop`, { params, body: { reason } }))
        : answer(api.POST(`${here}/decide`, { params, body: { variant, serve, reason } }));
    },
    onSuccess: () => {
      void refreshFlag(client, project, flag.key);
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={action === 'stop' ? 'Stop the experiment?' : 'Decide the experiment'}
      centered
    >
      <form
        onSubmit={(e) => {
          e.preventDefault();
          act.mutate();
        }}
      >
        <Stack>
          {action === 'stop' ? (
            <Text size="sm">Nothing more is counted. The split goes on as it is until you decide.</Text>
          ) : (
            <>
              <NativeSelect
                label="For"
                data={variants}
                value={variant}
                onChange={(e) => setVariant(e.currentTarget.value)}
              />
              <Checkbox
                label="Serve it to everybody from now on"
                checked={serve}
                onChange={(e) => setServe(e.currentTarget.checked)}
              />
              <Text size="sm" c="dimmed">
                The decision goes into the ledger together with the results it was made on.
              </Text>
            </>
          )}
          <Reason value={reason} onChange={setReason} required={reasonRequired} data-autofocus />
          {act.error && <Problem error={act.error} title="Nothing was changed" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={act.isPending}>
              {action === 'stop' ? 'Stop' : 'Decide'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
