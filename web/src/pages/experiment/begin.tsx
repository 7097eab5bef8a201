import { Button, MultiSelect, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders } from '../../api/client';
import { type Flag, metrics as metricsQuery, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { TextLink } from '../../parts/links';
import { Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';

/** Begin starts an experiment on the split that the flag has. */
export function Begin({ flag, again = false }: { flag: Flag; again?: boolean }) {
  const { project, environment, reasonRequired } = useHere();
  const client = useQueryClient();
  const mayEdit = useMay('editor');
  const metrics = (useQuery(metricsQuery(project)).data ?? []).filter((m) => !m.archived).map((m) => m.key);
  const variants = (flag.variants ?? []).map((v) => v.name ?? '');
  const [control, setControl] = useState(flag.offVariant);
  const [goals, setGoals] = useState<string[]>([]);
  const [guardrails, setGuardrails] = useState<string[]>([]);
  const [name, setName] = useState('');
  const [hypothesis, setHypothesis] = useState('');
  const [reason, setReason] = useState('');
  const split = flag.environments[environment]?.config.default?.split;
  const start = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/experiment', {
          params: { path: { project, flag: flag.key, environment }, header: commandHeaders() },
          body: { design: { name, hypothesis, control, goals, guardrails }, reason },
        }),
      ),
    onSuccess: () => refreshFlag(client, project, flag.key),
  });
  return (
    <Stack className="panel" p="md" gap="sm" maw={820}>
      <div>
        <Title order={2}>{again ? 'Start another experiment' : 'No experiment yet'}</Title>
        <Text size="sm" c="dimmed">
          An experiment says which variant is better for the metrics you choose. Read it as often as you like: its
          intervals hold at every look.
        </Text>
      </div>
      {!split && (
        <Text size="sm">
          First share the units out among the variants, under{' '}
          <TextLink to="/p/$project/flags/$flag/targeting" params={{ project, flag: flag.key }} inherit>
            Targeting
          </TextLink>
          , Everybody else.
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
        <NativeSelect
          label="Control"
          data={variants}
          value={control}
          onChange={(e) => setControl(e.currentTarget.value)}
        />
        <MultiSelect
          label="Goals"
          description="What should get better"
          data={metrics}
          value={goals}
          onChange={setGoals}
          required
        />
        <MultiSelect
          label="Guardrails"
          description="What must not get worse"
          data={metrics}
          value={guardrails}
          onChange={setGuardrails}
        />
      </SimpleGrid>
      <Textarea
        label="Hypothesis"
        placeholder="What you expect, and why"
        autosize
        value={hypothesis}
        onChange={(e) => setHypothesis(e.currentTarget.value)}
      />
      <Reason value={reason} onChange={setReason} required={reasonRequired} />
      {start.error && <Problem error={start.error} title="The experiment was not started" />}
      <Button
        style={{ alignSelf: 'flex-start' }}
        disabled={!mayEdit || !split || goals.length === 0 || (reasonRequired && reason.trim() === '')}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        Start in {environment}
      </Button>
    </Stack>
  );
}
