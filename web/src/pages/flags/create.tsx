import {
  Button,
  Checkbox,
  Group,
  Modal,
  Radio,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { place } from '../../api/queries';
import { useHere } from '../../parts/here';
import { Problem } from '../../parts/problem';

const kinds = [
  {
    value: 'switch',
    label: 'Kill switch',
    text: 'Turns something off in an emergency. It stays in the code for good.',
  },
  {
    value: 'percentage',
    label: 'Rollout',
    text: 'Brings a change to more and more of the units, and takes it back if it hurts.',
  },
  { value: 'targeting', label: 'Targeting', text: 'Serves something to those whom rules and lists name.' },
  { value: 'experiment', label: 'Experiment', text: 'Splits the units to find out which variant is better.' },
] as const;

type KindOfFlag = (typeof kinds)[number]['value'];

/** keyOf makes a key of a name: New PDF engine becomes new-pdf-engine. */
function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

interface Draft {
  kind: KindOfFlag;
  name: string;
  key: string;
  description: string;
  owner: string;
  tags: string[];
  removeBy: string;
  variants: string[];
}

const empty: Draft = {
  kind: 'percentage',
  name: '',
  key: '',
  description: '',
  owner: '',
  tags: [],
  removeBy: '',
  variants: ['control', 'treatment'],
};

/** bodyOf is the command that makes a flag of a draft. */
function bodyOf(d: Draft): Schemas['NewFlagBody'] {
  const details: Schemas['FlagDetails'] = {
    name: d.name,
    description: d.description,
    owner: d.owner,
    tags: d.tags,
    permanent: d.kind === 'switch',
  };
  if (d.removeBy && d.kind !== 'switch') details.removeBy = `${d.removeBy}T00:00:00Z`;
  const body: Schemas['NewFlagBody'] = { key: d.key || keyOf(d.name), details };
  if (d.kind === 'experiment') {
    body.type = 'string';
    body.variants = d.variants.map((name) => ({ name, value: name }));
    body.offVariant = d.variants[0] ?? '';
    body.onVariant = d.variants[1] ?? '';
  }
  return body;
}

/** Create asks what a flag is for and makes it. */
export default function Create({ onClose }: { onClose: () => void }) {
  const { project } = useHere();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(empty);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const create = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/projects/{project}/flags', {
          params: { path: { project }, header: commandHeaders() },
          body: bodyOf(draft),
        }),
      ),
    onSuccess: ({ flag }) => {
      place(client, project, flag);
      const params = { project, flag: flag.key };
      const to = {
        percentage: '/p/$project/flags/$flag/rollout',
        experiment: '/p/$project/flags/$flag/experiment',
      } as const;
      void navigate({
        to: draft.kind in to ? to[draft.kind as keyof typeof to] : '/p/$project/flags/$flag/targeting',
        params,
      });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Create a flag" size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Radio.Group
            label="What is it for?"
            value={draft.kind}
            onChange={(kind) => set({ kind: kind as KindOfFlag })}
          >
            <SimpleGrid cols={{ base: 1, sm: 2 }} mt="xs">
              {kinds.map((k) => (
                <Radio.Card key={k.value} value={k.value} p="sm">
                  <Group wrap="nowrap" align="flex-start" gap="sm">
                    <Radio.Indicator mt={3} />
                    <div>
                      <Text fw={600} size="sm">
                        {k.label}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {k.text}
                      </Text>
                    </div>
                  </Group>
                </Radio.Card>
              ))}
            </SimpleGrid>
          </Radio.Group>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Name"
              data-autofocus
              required
              value={draft.name}
              onChange={(e) => set({ name: e.currentTarget.value })}
            />
            <TextInput
              label="Key"
              description="What the code asks for; it cannot be changed later"
              placeholder={keyOf(draft.name) || 'new-pdf-engine'}
              value={draft.key}
              onChange={(e) => set({ key: e.currentTarget.value })}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
            />
          </SimpleGrid>
          <Textarea
            label="Description"
            autosize
            minRows={2}
            value={draft.description}
            onChange={(e) => set({ description: e.currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label="Owner"
              placeholder="A team or a person"
              value={draft.owner}
              onChange={(e) => set({ owner: e.currentTarget.value })}
            />
            <TagsInput label="Tags" value={draft.tags} onChange={(tags) => set({ tags })} />
          </SimpleGrid>
          {draft.kind === 'switch' ? (
            <Checkbox checked readOnly label="Permanent: it is never reported as stale" />
          ) : (
            <TextInput
              label="Planned removal"
              description="From then on the flag counts as stale"
              type="date"
              maw={220}
              value={draft.removeBy}
              onChange={(e) => set({ removeBy: e.currentTarget.value })}
            />
          )}
          {draft.kind === 'experiment' && (
            <TagsInput
              label="Variants"
              description="The first one is the control"
              value={draft.variants}
              onChange={(variants) => set({ variants })}
            />
          )}
          {create.error && <Problem error={create.error} title="The flag was not created" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={create.isPending}
              disabled={draft.kind === 'experiment' && draft.variants.length < 2}
            >
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
