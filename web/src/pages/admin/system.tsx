import { Alert, Badge, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { evaluators as evaluatorsQuery } from '../../api/queries';
import { session } from '../../app/session';
import { useHere } from '../../parts/here';
import { Page } from '../../parts/page';
import { Loaded } from '../../parts/problem';
import { When } from '../../parts/when';
import { count } from '../../parts/words';
import { type Sample, samples, sum } from './samples';

interface Seen {
  at: number;
  parts: Record<string, string>;
  all: Sample[] | null;
}

async function look(): Promise<Seen> {
  const headers = { Authorization: `Bearer ${session.token()}` };
  const [ready, metrics] = await Promise.all([fetch('/readyz'), fetch('/metrics', { headers })]);
  const body = (await ready.json()) as { parts?: Record<string, string> };
  return { at: Date.now(), parts: body.parts ?? {}, all: metrics.ok ? samples(await metrics.text()) : null };
}

/** System says how the server is: its parts, its lags, and the evaluators that are connected. */
export function System() {
  const before = useRef<Seen | null>(null);
  const query = useQuery({
    queryKey: ['system'],
    queryFn: async () => {
      const now = await look();
      const last = before.current;
      before.current = now;
      return { ...now, last };
    },
    staleTime: 0,
    refetchInterval: 2_000,
  });
  return (
    <Page title="System" text="How the server is now. The same numbers are at /metrics for Prometheus.">
      <Loaded query={query}>
        {({ parts, all, last, at }) => (
          <>
            <Group gap="lg">
              {Object.entries(parts).map(([part, state]) => (
                <span key={part} className="place-state">
                  <span className="dot" data-on={state === 'ok'} data-bad={state !== 'ok'} />
                  {part} {state}
                </span>
              ))}
            </Group>
            {all === null ? (
              <Alert color="gray" title="Your token may not read the metrics: it is limited to a project" py="xs" />
            ) : (
              <Figures all={all} last={last?.all ?? null} seconds={last ? (at - last.at) / 1000 : 0} />
            )}
          </>
        )}
      </Loaded>
      <Evaluators />
    </Page>
  );
}

/** What is shown of the metrics: gauges as they are, counters as rates. */
const figures = [
  { name: 'flagledger_projector_behind_events', title: 'Projector is behind', unit: 'events', rate: false, good: 0 },
  { name: 'flagledger_projector_frozen_subjects', title: 'Frozen subjects', rate: false, good: 0 },
  { name: 'flagledger_archive_seq', title: 'In the second copy', unit: 'events', rate: false },
  { name: 'flagledger_scrub_passes_total', title: 'Compared with the copy', unit: 'times', rate: false },
  { name: 'flagledger_evaluators_connected', title: 'Evaluators connected', rate: false },
  { name: 'flagledger_evaluators_current', title: 'Of them current', rate: false },
  { name: 'flagledger_stream_clients', title: 'Open streams', rate: false },
  { name: 'flagledger_analytics_exposures_total', title: 'Exposures stored', unit: '/s', rate: true },
  { name: 'flagledger_analytics_events_total', title: 'Events stored', unit: '/s', rate: true },
  { name: 'flagledger_analytics_lag_messages', title: 'Batches not stored yet', rate: false },
  { name: 'flagledger_analytics_failures_total', title: 'Failed writes', rate: false, good: 0 },
  { name: 'flagledger_ingest_dead_letters_total', title: 'Dead letters', rate: false, good: 0 },
  { name: 'flagledger_workflow_leader', title: 'Rollout engine leads here', rate: false },
  { name: 'flagledger_workflow_running_rollouts', title: 'Rollouts it follows', rate: false },
  { name: 'flagledger_workflow_errors_total', title: 'Errors of the engine', rate: false, good: 0 },
  { name: 'flagledger_readmodels_seq', title: 'Events in Postgres', rate: false },
];

function Figures({ all, last, seconds }: { all: Sample[]; last: Sample[] | null; seconds: number }) {
  return (
    <SimpleGrid cols={{ base: 2, md: 4, xl: 6 }}>
      {figures.map((f) => {
        const value = sum(all, f.name);
        if (value === null) return null;
        const rate = f.rate && last && seconds > 0 ? Math.max(0, (value - (sum(last, f.name) ?? value)) / seconds) : 0;
        const bad = f.good !== undefined && value > f.good;
        return (
          <Stack key={f.name} className="panel" p="sm" gap={2}>
            <Text size="xs" c="dimmed">
              {f.title}
            </Text>
            <Text fw={650} size="lg" className="figures" c={bad ? 'red' : undefined}>
              {f.name.endsWith('_leader') ? (value ? 'yes' : 'no') : count(f.rate ? Math.round(rate) : value)}
              {f.unit && (
                <Text span size="xs" c="dimmed">
                  {' '}
                  {f.unit}
                </Text>
              )}
            </Text>
            {f.rate && (
              <Text size="xs" c="dimmed" className="figures">
                {count(value)} since the start
              </Text>
            )}
          </Stack>
        );
      })}
    </SimpleGrid>
  );
}

function Evaluators() {
  const { project, environment } = useHere();
  const query = useQuery({ ...evaluatorsQuery(project, environment), enabled: environment !== '' });
  return (
    <Stack gap="xs" component="section" aria-label="Evaluators">
      <Title order={2}>Evaluators in {environment}</Title>
      <Loaded query={query}>
        {({ evaluators, revision }) => {
          const list = evaluators ?? [];
          if (list.length === 0)
            return (
              <Text c="dimmed">
                None is connected. A service connects with a server key; browsers evaluate on the server.
              </Text>
            );
          return (
            <div className="panel" style={{ overflowX: 'auto' }}>
              <Table miw={560} className="figures">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Instance</Table.Th>
                    <Table.Th>SDK</Table.Th>
                    <Table.Th>Revision</Table.Th>
                    <Table.Th>Connected</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.slice(0, 200).map((e) => (
                    <Table.Tr key={e.instance}>
                      <Table.Td>{e.instance}</Table.Td>
                      <Table.Td>{e.sdk}</Table.Td>
                      <Table.Td>
                        {e.revision}{' '}
                        {!e.current && (
                          <Badge color="orange" size="xs">
                            behind {revision}
                          </Badge>
                        )}
                      </Table.Td>
                      <Table.Td>
                        <When at={e.connectedAt} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          );
        }}
      </Loaded>
    </Stack>
  );
}
