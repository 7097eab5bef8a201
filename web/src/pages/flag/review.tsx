import { Alert, Button, Group, List, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders } from '../../api/client';
import { type Flag, flags as flagsQuery, place, usage } from '../../api/queries';
import { Diff } from '../../parts/diff';
import { useHere } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Reason } from '../../parts/reason';
import { count, percent, shareOf } from '../../parts/words';
import type { Config } from './validate';

interface Props {
  flag: Flag;
  before: Config;
  after: Config;
  onClose: () => void;
  onSaved: () => void;
}

/** blast says whom a change reaches, as far as the page can know it. */
function blast(
  flag: Flag,
  before: Config,
  after: Config,
  units: number | null,
  flags: readonly Flag[],
  environment: string,
): string[] {
  const said: string[] = [];
  if (!after.on) said.push('The flag is off here: nothing changes for anybody until it is turned on.');
  const [from, to] = [shareOf(before.default, before.offVariant), shareOf(after.default, after.offVariant)];
  if (from !== to) {
    const moved = Math.abs(to - from) / 100;
    const about =
      units === null
        ? ''
        : `, about ${count(Math.round(moved * units))} of the ${count(units)} units of the last 24 hours`;
    said.push(
      `${percent(moved)} of those whom the default serves ${to > from ? 'come in' : 'drop out'}: ${percent(from / 100)} become ${percent(to / 100)}${about}.`,
    );
  }
  if (JSON.stringify(before.rules ?? []) !== JSON.stringify(after.rules ?? [])) {
    said.push(
      `The rules change${units === null ? '' : `: any of the ${count(units)} units of the last 24 hours may be served something else`}.`,
    );
  }
  const by = [before.default?.split?.by ?? '', after.default?.split?.by ?? ''];
  if (before.default?.split && after.default?.split && by[0] !== by[1])
    said.push('Units are drawn by another attribute: all of them may change sides.');
  const dependent = flags
    .filter((f) => f.environments[environment]?.config.prerequisites?.some((p) => p.flag === flag.key))
    .map((f) => f.key);
  if (dependent.length) said.push(`These flags depend on it: ${dependent.join(', ')}.`);
  return said;
}

/** Review shows what will change, and for whom, before it is saved. */
export function Review({ flag, before, after, onClose, onSaved }: Props) {
  const { project, environment, environments, reasonRequired } = useHere();
  const client = useQueryClient();
  const used = useQuery(usage(project, environment)).data;
  const flags = useQuery(flagsQuery(project)).data ?? [];
  const production = environments.find((e) => e.key === environment)?.production ?? false;
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/v1/projects/{project}/flags/{flag}/environments/{environment}', {
          params: {
            path: { project, flag: flag.key, environment },
            header: { ...commandHeaders(), 'If-Match': `"${flag.seq}"` },
          },
          body: { config: after, reason },
        }),
      ),
    onSuccess: (done) => {
      place(client, project, done.flag);
      onSaved();
    },
  });
  const reached = blast(flag, before, after, used ? (used.flags[flag.key]?.units ?? 0) : null, flags, environment);
  return (
    <Modal opened onClose={onClose} title={`Change ${flag.key} in ${environment}`} size="xl">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          {reached.length > 0 && (
            <Alert color={after.on && production ? 'orange' : 'gray'} title="Whom it reaches">
              <List size="sm">
                {reached.map((r) => (
                  <List.Item key={r}>{r}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          <Title order={2}>What changes</Title>
          <Diff before={before} after={after} />
          <Reason value={reason} onChange={setReason} required={reasonRequired} data-autofocus />
          {save.error && <Problem error={save.error} title="Nothing was saved" />}
          <Group justify="space-between">
            <Text size="xs" c="dimmed">
              Revert it at any time on the tab History.
            </Text>
            <Group>
              <Button variant="default" onClick={onClose}>
                Back
              </Button>
              <Button type="submit" loading={save.isPending}>
                Save
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
