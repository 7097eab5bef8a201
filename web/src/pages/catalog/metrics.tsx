import { Badge, Button, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { metrics as metricsQuery } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Page } from '../../parts/page';
import { Empty, Loaded } from '../../parts/problem';

type Metric = Schemas['Metric'];
type View = Schemas['MetricView'];

/** kinds with what they count, in the words of the experimentation literature. */
const kinds = [
  {
    value: 'conversion',
    label: 'Conversion',
    text: (m: Metric) => `the share of units with at least one “${m.event}”`,
  },
  {
    value: 'retention',
    label: 'Retention',
    text: (m: Metric) =>
      `the share of units with “${m.event}” after ${m.after ?? '0s'}, within ${m.window ?? 'any time'}`,
  },
  { value: 'count', label: 'Count', text: (m: Metric) => `“${m.event}” per unit` },
  { value: 'sum', label: 'Sum', text: (m: Metric) => `the sum of the values of “${m.event}” per unit` },
  { value: 'mean', label: 'Mean', text: (m: Metric) => `the mean of the values of “${m.event}”` },
  { value: 'ratio', label: 'Ratio', text: (m: Metric) => `“${m.event}” over “${m.denominator?.event ?? ''}”` },
  { value: 'errorRate', label: 'Error rate', text: (m: Metric) => `the share of “${m.event}” that failed` },
  {
    value: 'quantile',
    label: 'Quantile',
    text: (m: Metric) => `the ${100 * (m.quantile ?? 0.5)}th percentile of the values of “${m.event}”`,
  },
];

const describe = (m: Metric) => kinds.find((k) => k.value === m.kind)?.text(m) ?? m.kind;

/** Metrics say how numbers are made from events. */
export function Metrics() {
  const { project } = useHere();
  const query = useQuery(metricsQuery(project));
  const mayEdit = useMay('editor');
  const [edited, setEdited] = useState<View | 'new' | null>(null);
  return (
    <Page
      title="Metrics"
      text="How numbers are made from events. Gates and experiments name them."
      action={mayEdit && <Button onClick={() => setEdited('new')}>Create a metric</Button>}
    >
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title="There are no metrics yet">
              <Text>For example “invoice.sent” per account, or how often “request” fails.</Text>
            </Empty>
          ) : (
            <Stack gap="xs">
              {list
                .filter((m) => !m.archived)
                .map((m) => (
                  <Group key={m.key} className="panel" p="md" justify="space-between">
                    <div style={{ minWidth: 0, flex: '1 1 260px' }}>
                      <Group gap={8}>
                        <Text fw={600}>{m.metric.name || m.key}</Text>
                        <Badge variant="default" tt="none">
                          {kinds.find((k) => k.value === m.metric.kind)?.label ?? m.metric.kind}
                        </Badge>
                      </Group>
                      <Text size="sm">{describe(m.metric)}</Text>
                      <Text size="sm" c="dimmed">
                        {m.key}
                        {m.metric.unit ? ` · in ${m.metric.unit}` : ''}
                        {m.metric.good ? ` · ${m.metric.good} is good` : ''}
                      </Text>
                    </div>
                    {mayEdit && (
                      <Button size="xs" variant="default" onClick={() => setEdited(m)}>
                        Edit
                      </Button>
                    )}
                  </Group>
                ))}
            </Stack>
          )
        }
      </Loaded>
      {edited && <Editor project={project} saved={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </Page>
  );
}

function Editor({ project, saved, onClose }: { project: string; saved: View | null; onClose: () => void }) {
  const [key, setKey] = useState(saved?.key ?? '');
  const [metric, setMetric] = useState<Metric>(saved?.metric ?? { kind: 'conversion', event: '' });
  const set = (part: Partial<Metric>) => setMetric({ ...metric, ...part });
  const send = (reason: string) =>
    answer(
      api.PUT('/api/v1/projects/{project}/metrics/{key}', {
        params: {
          path: { project, key },
          header: { ...commandHeaders(), ...(saved ? { 'If-Match': `"${saved.seq}"` } : {}) },
        },
        body: { metric: Object.fromEntries(Object.entries(metric).filter(([, v]) => v !== '')) as Metric, reason },
      }),
    );
  return (
    <ChangeDialog
      title={saved ? `Metric ${saved.key}` : 'Create a metric'}
      action="Save"
      size="lg"
      disabled={!key || !metric.event}
      send={send}
      onClose={onClose}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Key"
          required
          disabled={saved !== null}
          value={key}
          onChange={(e) => setKey(e.currentTarget.value)}
        />
        <TextInput label="Name" value={metric.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} />
        <NativeSelect
          label="Kind"
          data={kinds.map(({ value, label }) => ({ value, label }))}
          value={metric.kind ?? ''}
          onChange={(e) => set({ kind: e.currentTarget.value })}
        />
        <TextInput
          label="Event"
          required
          placeholder="invoice.sent"
          value={metric.event ?? ''}
          onChange={(e) => set({ event: e.currentTarget.value })}
        />
        {metric.kind === 'quantile' && (
          <NumberInput
            label="Quantile"
            min={0.01}
            max={0.999}
            step={0.05}
            value={metric.quantile ?? 0.95}
            onChange={(v) => set({ quantile: Number(v) })}
          />
        )}
        {metric.kind === 'ratio' && (
          <TextInput
            label="Over the event"
            value={metric.denominator?.event ?? ''}
            onChange={(e) => set({ denominator: { ...metric.denominator, event: e.currentTarget.value } })}
          />
        )}
        <TextInput
          label="Unit"
          placeholder="ms, EUR"
          value={metric.unit ?? ''}
          onChange={(e) => set({ unit: e.currentTarget.value })}
        />
        <NativeSelect
          label="Which direction is good"
          data={[
            { value: '', label: 'as usual for the kind' },
            { value: 'up', label: 'up' },
            { value: 'down', label: 'down' },
          ]}
          value={metric.good ?? ''}
          onChange={(e) => set({ good: e.currentTarget.value })}
        />
        <TextInput
          label="From, after the exposure"
          placeholder="0s"
          value={metric.after ?? ''}
          onChange={(e) => set({ after: e.currentTarget.value })}
        />
        <TextInput
          label="Within"
          placeholder="168h"
          value={metric.window ?? ''}
          onChange={(e) => set({ window: e.currentTarget.value })}
        />
      </SimpleGrid>
      <Text size="sm">It counts {describe(metric)}.</Text>
    </ChangeDialog>
  );
}
