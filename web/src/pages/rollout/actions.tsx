import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { type Flag, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';

type Rollout = Schemas['RolloutView'];

const actions = {
  pause: {
    label: 'Pause',
    title: 'Pause the rollout?',
    text: 'Traffic stays as it is. Nothing advances and nothing rolls back until somebody resumes it.',
    color: undefined,
  },
  resume: {
    label: 'Resume',
    title: 'Resume the rollout?',
    text: 'The gates look again. The soak of this stage begins anew.',
    color: undefined,
  },
  approve: {
    label: 'Approve',
    title: 'Approve the next step?',
    text: 'Your approval counts for the step to the next stage.',
    color: undefined,
  },
  advance: {
    label: 'Skip ahead',
    title: 'Go to the next stage now?',
    text: 'Whatever the gates say, and before the soak is over. The history will say that it was you.',
    color: 'orange',
  },
  abort: {
    label: 'Abort',
    title: 'Abort the rollout?',
    text: 'Nobody gets the treatment any more, at once.',
    color: 'red',
  },
} as const;

type Action = keyof typeof actions;

/** possible are the actions that make sense now. */
function possible(r: Rollout): Action[] {
  if (r.status === 'running')
    return [...((r.missing ?? []).length > 0 ? (['approve'] as const) : []), 'pause', 'advance', 'abort'];
  return r.status === 'paused' ? ['resume', 'abort'] : [];
}

/** Actions steers a rollout. */
export function Actions({ flag, rollout }: { flag: Flag; rollout: Rollout }) {
  const [asked, setAsked] = useState<Action | null>(null);
  const mayEdit = useMay('editor');
  const list = possible(rollout);
  const missing = rollout.missing ?? [];
  return (
    <Stack gap={6} align="flex-end">
      <Group gap="xs">
        {list.map((a) => (
          <Button
            key={a}
            size="sm"
            variant={a === 'abort' ? 'light' : 'default'}
            color={actions[a].color}
            disabled={!mayEdit}
            onClick={() => setAsked(a)}
          >
            {actions[a].label}
          </Button>
        ))}
      </Group>
      {missing.map((m) => (
        <Text key={`${m.stage} ${m.point}`} size="sm" c="dimmed">
          {m.given} of {m.needed} approvals given{m.who ? ` (${m.who})` : ''}
        </Text>
      ))}
      {asked && <Ask flag={flag} action={asked} onClose={() => setAsked(null)} />}
    </Stack>
  );
}

function Ask({ flag, action, onClose }: { flag: Flag; action: Action; onClose: () => void }) {
  const { project, environment, reasonRequired } = useHere();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const { label, title, text, color } = actions[action];
  const act = useMutation({
    mutationFn: () => {
      const call = {
        params: { path: { project, flag: flag.key, environment }, header: commandHeaders() },
        body: { reason },
      };
      const here = '/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout';
      switch (action) {
        case 'pause':
          return answer(api.POST(`${here}/pause`, call));
        case 'resume':
          return answer(api.POST(`${here}/resume`, call));
        case 'approve':
          return answer(api.POST(`${here}/approve`, call));
        case 'advance':
          return answer(api.POST(`${here}/advance`, call));
        case 'abort':
          return answer(api.POST(`${here}/abort`, call));
      }
    },
    onSuccess: () => {
      void refreshFlag(client, project, flag.key);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          act.mutate();
        }}
      >
        <Stack>
          <Text size="sm">{text}</Text>
          <Reason value={reason} onChange={setReason} required={reasonRequired} data-autofocus />
          {act.error && <Problem error={act.error} title="Nothing was changed" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color={color} loading={act.isPending}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
