import { Button, Center, Group, Loader, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { answer, api } from '../../api/client';
import type { EventFilter } from '../../app/router';
import { useHere } from '../../parts/here';
import { Empty, Problem } from '../../parts/problem';
import { EventRow } from './event';
import { types } from './sentence';

const pageSize = 100;

/** query asks for the events of a project that a filter lets through, newest first. */
function useEvents(project: string, f: EventFilter) {
  return useInfiniteQuery({
    queryKey: ['p', project, 'events', f],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/v1/events', {
          params: {
            query: {
              project,
              before: pageParam,
              limit: pageSize,
              ...(f.actor ? { actor: f.actor } : {}),
              ...(f.key ? { key: f.key } : {}),
              ...(f.type ? { type: f.type } : {}),
              ...(f.kind ? { kind: f.kind } : {}),
              ...(f.in ? { environment: f.in } : {}),
              ...(f.since ? { since: new Date(f.since).toISOString() } : {}),
              ...(f.until ? { until: new Date(f.until).toISOString() } : {}),
            },
          },
        }),
      ),
    initialPageParam: Number.MAX_SAFE_INTEGER,
    getNextPageParam: (last) => (last.previous ? Number(last.previous) : undefined),
  });
}

/** History is everything that has happened in a project, in one order. */
export function History() {
  const { project, environments } = useHere();
  const filter = useSearch({ from: '/p/$project/history' });
  const navigate = useNavigate();
  const query = useEvents(project, filter);
  const change = (part: EventFilter) =>
    void navigate({ to: '.', search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false });
  const events = query.data?.pages.flatMap((p) => [...(p.events ?? [])].reverse()) ?? [];
  const jump = (cause: string) => {
    const found = events.find((e) => e.id === cause || e.command === cause);
    if (found) document.getElementById(`event-${found.seq}`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <Stack gap="md" p="md">
      <div>
        <Title order={1}>History</Title>
        <Text size="sm" c="dimmed">
          Every change in the order in which it happened. Nothing is ever changed or removed; open an event to verify
          that.
        </Text>
      </div>
      <Group gap="xs" align="flex-end">
        <Typed label="Who" value={filter.actor} onChange={(actor) => change({ actor })} />
        <Typed label="Flag or other key" value={filter.key} onChange={(key) => change({ key })} />
        <NativeSelect
          label="What"
          value={filter.type ?? ''}
          data={[
            { value: '', label: 'Anything' },
            { value: 'rollout', label: 'Rollouts' },
            { value: 'experiment', label: 'Experiments' },
            ...types.map((t) => ({ value: t, label: t })),
          ]}
          onChange={(e) => change({ type: e.currentTarget.value || undefined })}
        />
        <NativeSelect
          label="Environment"
          value={filter.in ?? ''}
          data={[
            { value: '', label: 'Any' },
            ...environments.map((e) => ({ value: e.key ?? '', label: e.name || (e.key ?? '') })),
          ]}
          onChange={(e) => change({ in: e.currentTarget.value || undefined })}
        />
        <TextInput
          label="From"
          type="datetime-local"
          value={filter.since ?? ''}
          onChange={(e) => change({ since: e.currentTarget.value || undefined })}
        />
        <TextInput
          label="Until"
          type="datetime-local"
          value={filter.until ?? ''}
          onChange={(e) => change({ until: e.currentTarget.value || undefined })}
        />
      </Group>
      {query.error && (
        <Problem error={query.error} title="The history could not be read" retry={() => void query.refetch()} />
      )}
      {query.isLoading && (
        <Center py="xl">
          <Loader aria-label="Loading" />
        </Center>
      )}
      {query.isSuccess && events.length === 0 && (
        <Empty title="Nothing like that has happened">
          <Text>
            {query.hasNextPage ? 'Not among the newest events; look further back.' : 'Widen the filter to see more.'}
          </Text>
        </Empty>
      )}
      {events.length > 0 && (
        <div className="panel">
          {events.map((e) => (
            <EventRow key={e.seq} event={e} onCause={jump} />
          ))}
        </div>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          Earlier events
        </Button>
      )}
    </Stack>
  );
}

/** Typed is a field that asks once the reader has stopped typing. */
function Typed({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  useEffect(() => {
    if (text === (value ?? '')) return;
    const timer = setTimeout(() => onChange(text || undefined), 250);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return <TextInput label={label} value={text} onChange={(e) => setText(e.currentTarget.value)} />;
}
