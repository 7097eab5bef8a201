import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders } from '../../api/client';
import { type Flag, plans as plansQuery, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';
import { planText } from '../catalog/plantext';

/** Start begins a rollout, and says first what it will do. */
export function Start({ flag, again = false }: { flag: Flag; again?: boolean }) {
  const { project, environment, reasonRequired } = useHere();
  const client = useQueryClient();
  const mayEdit = useMay('editor');
  const plans = (useQuery(plansQuery(project)).data ?? []).filter((p) => !p.archived);
  const [key, setKey] = useState('');
  const [by, setBy] = useState('');
  const [reason, setReason] = useState('');
  const plan = plans.find((p) => p.key === key) ?? plans.find((p) => p.key === 'default') ?? plans[0];
  const start = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/rollout', {
          params: { path: { project, flag: flag.key, environment }, header: commandHeaders() },
          body: { plan: plan?.key ?? '', by, reason },
        }),
      ),
    onSuccess: () => refreshFlag(client, project, flag.key),
  });
  return (
    <Stack className="panel" p="md" gap="sm" maw={820}>
      <div>
        <Title order={2}>{again ? 'Roll out again' : 'No rollout yet'}</Title>
        <Text size="sm" c="dimmed">
          A rollout serves “{flag.onVariant}” to more and more units, stage by stage, as long as its gates find no harm.
          If one does, everybody is back on “{flag.offVariant}” within seconds, without anybody having to watch.
        </Text>
      </div>
      <Group align="flex-end">
        <NativeSelect
          label="Plan"
          data={plans.map((p) => p.key)}
          value={plan?.key ?? ''}
          onChange={(e) => setKey(e.currentTarget.value)}
        />
        <TextInput
          label="Bucket by"
          placeholder="targetingKey"
          value={by}
          onChange={(e) => setBy(e.currentTarget.value)}
        />
        <Reason value={reason} onChange={setReason} required={reasonRequired} style={{ flex: '1 1 200px' }} />
      </Group>
      {plan && (
        <Stack gap={2}>
          {planText(plan.plan).map((s) => (
            <Text key={s} size="sm">
              {s}
            </Text>
          ))}
        </Stack>
      )}
      {start.error && <Problem error={start.error} title="The rollout was not started" />}
      <Button
        style={{ alignSelf: 'flex-start' }}
        disabled={!mayEdit || !plan || (reasonRequired && reason.trim() === '')}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        Start in {environment}
      </Button>
    </Stack>
  );
}
