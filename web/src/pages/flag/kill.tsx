import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerStopFilled, IconPower } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders } from '../../api/client';
import { type Flag, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Reached } from '../../parts/reached';
import { Reason } from '../../parts/reason';

/** KillSwitch turns a flag off where the page is, or on again, and counts the evaluators that have it. */
export function KillSwitch({ flag }: { flag: Flag }) {
  const { project, environment, environments, reasonRequired } = useHere();
  const [opened, { open, close }] = useDisclosure();
  const [reason, setReason] = useState('');
  const mayEdit = useMay('editor');
  const client = useQueryClient();
  const on = flag.environments[environment]?.config.on ?? false;
  const name = environments.find((e) => e.key === environment)?.name || environment;
  const turn = useMutation({
    mutationFn: (to: boolean) => {
      const call = {
        params: { path: { project, flag: flag.key, environment }, header: commandHeaders() },
        body: { reason },
      };
      return answer(
        to
          ? api.POST('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/on', call)
          : api.POST('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/off', call),
      );
    },
    onSuccess: () => {
      close();
      setReason('');
      void refreshFlag(client, project, flag.key);
    },
  });
  if (flag.archived || environment === '') return null;
  return (
    <Stack gap={6} align="flex-end">
      <Button
        color={on ? 'red' : undefined}
        variant={on ? 'filled' : 'default'}
        leftSection={on ? <IconPlayerStopFilled size={16} /> : <IconPower size={16} />}
        onClick={() => {
          turn.reset();
          open();
        }}
        disabled={!mayEdit}
        title={mayEdit ? undefined : 'Your token may only look. It needs the role editor.'}
      >
        {on ? `Turn off in ${name}` : `Turn on in ${name}`}
      </Button>
      {turn.data && <Reached project={project} environment={environment} revision={turn.data.revision} />}
      <Modal
        opened={opened}
        onClose={close}
        title={on ? `Turn ${flag.key} off in ${name}?` : `Turn ${flag.key} on in ${name}?`}
        centered
      >
        <form
          onSubmit={(e) => {
            e.preventDefault();
            turn.mutate(!on);
          }}
        >
          <Stack>
            <Text size="sm">
              {on ? whatOffDoes(flag, environment) : 'Everybody is served by the targeting below, at once.'}
            </Text>
            <Reason value={reason} onChange={setReason} required={!on && reasonRequired} />
            {turn.error && <Problem error={turn.error} title="Nothing was changed" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Button type="submit" color={on ? 'red' : undefined} loading={turn.isPending} data-autofocus>
                {on ? 'Turn off now' : 'Turn on now'}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Stack>
  );
}

function whatOffDoes(flag: Flag, environment: string): string {
  const placed = flag.environments[environment];
  const variant = placed?.config.offVariant ?? flag.offVariant;
  const pause = placed?.rollout?.status === 'running' ? ' The rollout pauses.' : '';
  return `Everybody is served “${variant}” at once, whatever the targeting says.${pause}`;
}
