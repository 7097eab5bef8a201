import { Button, Checkbox, Code, Group, Stack, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { type Flag, flag as flagQuery, place, refreshFlag } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { InCode } from './incode';

/** Settings are what describes a flag to people, its variants, and its end. */
export function Settings() {
  const { project, flag: key } = useHere();
  const flag = useQuery(flagQuery(project, key)).data;
  if (!flag) return null;
  return (
    <Stack gap="lg" maw={760}>
      <Details key={flag.seq} flag={flag} />
      <Variants flag={flag} />
      <InCode flag={flag.key} />
      <End flag={flag} />
    </Stack>
  );
}

function Details({ flag }: { flag: Flag }) {
  const { project } = useHere();
  const client = useQueryClient();
  const mayEdit = useMay('editor') && !flag.archived;
  const [details, setDetails] = useState<Schemas['FlagDetails']>(flag.details);
  const set = (part: Partial<Schemas['FlagDetails']>) => setDetails({ ...details, ...part });
  const save = useMutation({
    mutationFn: () => {
      const { removeBy, ...rest } = details;
      return answer(
        api.PATCH('/api/v1/projects/{project}/flags/{flag}', {
          params: { path: { project, flag: flag.key }, header: { ...commandHeaders(), 'If-Match': `"${flag.seq}"` } },
          body: { details: removeBy ? { ...rest, removeBy } : rest },
        }),
      );
    },
    onSuccess: (done) => place(client, project, done.flag),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2}>Details</Title>
        <TextInput
          label="Name"
          disabled={!mayEdit}
          value={details.name ?? ''}
          onChange={(e) => set({ name: e.currentTarget.value })}
        />
        <Textarea
          label="Description"
          autosize
          disabled={!mayEdit}
          value={details.description ?? ''}
          onChange={(e) => set({ description: e.currentTarget.value })}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Owner"
            disabled={!mayEdit}
            value={details.owner ?? ''}
            onChange={(e) => set({ owner: e.currentTarget.value })}
          />
          <TagsInput label="Tags" disabled={!mayEdit} value={details.tags ?? []} onChange={(tags) => set({ tags })} />
        </Group>
        <Checkbox
          label="Permanent: never reported as stale"
          disabled={!mayEdit}
          checked={details.permanent ?? false}
          onChange={(e) => set({ permanent: e.currentTarget.checked })}
        />
        {!details.permanent && (
          <TextInput
            label="Planned removal"
            type="date"
            maw={220}
            disabled={!mayEdit}
            value={details.removeBy?.slice(0, 10) ?? ''}
            onChange={(e) => set({ removeBy: e.currentTarget.value ? `${e.currentTarget.value}T00:00:00Z` : '' })}
          />
        )}
        {save.error && <Problem error={save.error} title="Nothing was saved" />}
        <Button type="submit" style={{ alignSelf: 'flex-start' }} disabled={!mayEdit} loading={save.isPending}>
          Save details
        </Button>
      </Stack>
    </form>
  );
}

function Variants({ flag }: { flag: Flag }) {
  return (
    <Stack gap="xs">
      <Title order={2}>Variants</Title>
      {(flag.variants ?? []).map((v) => (
        <Group key={v.name} gap="sm" wrap="nowrap">
          <Text fw={600} w={120} truncate>
            {v.name}
          </Text>
          <Code style={{ minWidth: 0 }}>{JSON.stringify(v.value)}</Code>
          <Text size="sm" c="dimmed">
            {v.name === flag.offVariant ? 'served when off' : v.name === flag.onVariant ? 'what a rollout brings' : ''}
          </Text>
        </Group>
      ))}
      <Text size="sm" c="dimmed">
        Units are drawn with the salt <Code>{flag.salt}</Code>; it never changes, so nobody changes sides.
      </Text>
    </Stack>
  );
}

function End({ flag }: { flag: Flag }) {
  const { project, anyReasonRequired } = useHere();
  const client = useQueryClient();
  const mayEdit = useMay('editor');
  const [asked, setAsked] = useState(false);
  const params = { path: { project, flag: flag.key }, header: commandHeaders() };
  const send = async (reason: string) => {
    await (flag.archived
      ? answer(api.POST('/api/v1/projects/{project}/flags/{flag}/restore', { params, body: { reason } }))
      : answer(api.DELETE('/api/v1/projects/{project}/flags/{flag}', { params: { ...params, query: { reason } } })));
    await refreshFlag(client, project, flag.key);
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Title order={2}>{flag.archived ? 'Restore' : 'Archive'}</Title>
      <Text size="sm">
        {flag.archived
          ? 'It comes back into every ruleset as it was.'
          : 'It leaves every ruleset; code that still asks for it gets its own default. The history stays, and it can be restored.'}
      </Text>
      <Button
        variant="light"
        color={flag.archived ? undefined : 'red'}
        disabled={!mayEdit}
        onClick={() => setAsked(true)}
      >
        {flag.archived ? 'Restore the flag' : 'Archive the flag'}
      </Button>
      {asked && (
        <ChangeDialog
          title={flag.archived ? `Restore ${flag.key}?` : `Archive ${flag.key}?`}
          action={flag.archived ? 'Restore' : 'Archive'}
          color={flag.archived ? undefined : 'red'}
          reasonRequired={anyReasonRequired}
          send={send}
          onClose={() => setAsked(false)}
        />
      )}
    </Stack>
  );
}
