import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { type Flag, flags } from '../../api/queries';
import type { FlagFilter } from '../../app/router';
import { useHere, useMay } from '../../parts/here';
import { Empty, Loaded } from '../../parts/problem';
import { count } from '../../parts/words';
import { rowsOf, select } from './filter';
import { FlagList } from './list';

const Create = lazy(() => import('./create'));

/** Flags lists the flags of a project. */
export function Flags() {
  const { project } = useHere();
  const query = useQuery(flags(project));
  const filter = useSearch({ from: '/p/$project/flags' });
  const navigate = useNavigate();
  const mayEdit = useMay('editor');
  const change = (part: FlagFilter) =>
    void navigate({ to: '.', search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false });
  useHotkeys([['c', () => mayEdit && change({ create: 'yes' })]]);
  return (
    <Stack gap={0}>
      <Group justify="space-between" p="md" pb="sm">
        <Title order={1}>Flags</Title>
        {mayEdit && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => change({ create: 'yes' })}>
            Create a flag
          </Button>
        )}
      </Group>
      <Loaded query={query}>
        {(list) => (list.length === 0 ? <NoFlags /> : <Narrowed list={list} filter={filter} change={change} />)}
      </Loaded>
      <Suspense>{filter.create && <Create onClose={() => change({ create: undefined })} />}</Suspense>
    </Stack>
  );
}

interface NarrowedProps {
  list: Flag[];
  filter: FlagFilter;
  change: (part: FlagFilter) => void;
}

const states = [
  { value: '', label: 'Any state' },
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
  { value: 'rollout', label: 'Rolling out' },
  { value: 'experiment', label: 'In an experiment' },
  { value: 'stale', label: 'Stale' },
  { value: 'archived', label: 'Archived' },
];

function Narrowed({ list, filter, change }: NarrowedProps) {
  const { environment } = useHere();
  const rows = useMemo(() => rowsOf(list), [list]);
  const wanted = useDeferredValue(filter);
  const found = useMemo(() => select(rows, wanted, environment), [rows, wanted, environment]);
  const known = useMemo(() => choices(list), [list]);
  return (
    <>
      <Group px="md" pb="sm" gap="xs" align="flex-end">
        <Search value={filter.q ?? ''} onChange={(q) => change({ q: q || undefined })} />
        <Choice label="State" value={filter.state} data={states} onChange={(state) => change({ state })} />
        <Choice
          label="Type"
          value={filter.type}
          data={any('type', ['boolean', 'string', 'number', 'json'])}
          onChange={(type) => change({ type })}
        />
        {known.owners.length > 1 && (
          <Choice
            label="Owner"
            value={filter.owner}
            data={any('owner', known.owners)}
            onChange={(owner) => change({ owner })}
          />
        )}
        {known.tags.length > 0 && (
          <Choice label="Tag" value={filter.tag} data={any('tag', known.tags)} onChange={(tag) => change({ tag })} />
        )}
        <Choice
          label="Order"
          value={filter.sort}
          data={[
            { value: '', label: 'By key' },
            { value: 'changed', label: 'Newest change first' },
          ]}
          onChange={(sort) => change({ sort })}
        />
        <Text size="sm" c="dimmed" role="status" pb={6}>
          {found.length === list.length ? count(list.length) : `${count(found.length)} of ${count(list.length)}`}
        </Text>
      </Group>
      <FlagList flags={found} />
      {found.length === 0 && (
        <Group p="md">
          <Text>No flag is like that.</Text>
          <Button
            variant="default"
            size="xs"
            onClick={() =>
              change({ q: undefined, state: undefined, type: undefined, owner: undefined, tag: undefined })
            }
          >
            Show all
          </Button>
        </Group>
      )}
    </>
  );
}

/** Search keeps its own text, so that typing never waits for the list. */
function Search({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);
  useHotkeys([['/', () => input.current?.focus(), { preventDefault: true }]]);
  return (
    <TextInput
      ref={input}
      label="Search"
      type="search"
      placeholder="Key, name, tag or owner"
      leftSection={<IconSearch size={16} />}
      value={text}
      onChange={(e) => {
        setText(e.currentTarget.value);
        onChange(e.currentTarget.value);
      }}
      style={{ flex: '1 1 220px' }}
    />
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  data: { value: string; label: string }[];
  onChange: (value: string | undefined) => void;
}

function Choice({ label, value, data, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      label={label}
      value={value ?? ''}
      data={data}
      onChange={(e) => onChange(e.currentTarget.value || undefined)}
    />
  );
}

const any = (what: string, list: readonly string[]) => [
  { value: '', label: `Any ${what}` },
  ...list.map((value) => ({ value, label: value })),
];

function choices(list: readonly Flag[]): { owners: string[]; tags: string[] } {
  const owners = new Set<string>();
  const tags = new Set<string>();
  for (const f of list) {
    if (f.details.owner) owners.add(f.details.owner);
    for (const tag of f.details.tags ?? []) tags.add(tag);
  }
  return { owners: [...owners].sort(), tags: [...tags].sort() };
}

function NoFlags() {
  return (
    <div style={{ padding: 16 }}>
      <Empty title="There are no flags yet">
        <Text>
          A flag decides which code runs for whom. Create one, ask for it in the code, and switch it here: the
          application hears of a change within a second, without a release.
        </Text>
        <Text component="pre" className="diff panel" p="sm">
          {`if (flagClient.isEnabled('new-pdf-engine')) { ... }`}
        </Text>
      </Empty>
    </div>
  );
}
