import { Group, NativeSelect, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { Series } from '../../charts/series';
import { signed } from '../../parts/words';
import type { Row } from './values';

/** OverTime shows how the estimate of a metric settled. */
export function OverTime({ rows, several }: { rows: Row[]; several: boolean }) {
  const withSeries = rows.filter((r) => (r.result.series?.length ?? 0) > 1);
  const [chosen, setChosen] = useState('');
  const names = [...new Set(withSeries.map((r) => r.metric.metric))];
  const metric = names.includes(chosen) ? chosen : (names[0] ?? '');
  const shown = withSeries.filter((r) => r.metric.metric === metric);
  if (shown.length === 0) return null;
  const colors = ['var(--ledger-good)', 'var(--ledger-wait)', 'var(--ledger-bad)', 'var(--ledger-control)'];
  return (
    <Stack className="panel" p="md" gap="sm" component="section" aria-label="Over time">
      <Group justify="space-between">
        <Title order={2}>As it settled</Title>
        <NativeSelect
          aria-label="Metric"
          size="xs"
          value={metric}
          data={names}
          onChange={(e) => setChosen(e.currentTarget.value)}
        />
      </Group>
      <Series
        label={`Cumulative change of ${metric} over time, with its always-valid interval`}
        height={220}
        format={signed}
        rules={[{ y: 0, label: 'no change', color: 'var(--ledger-control)' }]}
        lines={shown.map((r, i) => ({
          name: several ? r.result.variant : `change of ${metric}`,
          color: colors[i % colors.length] ?? '',
          points: (r.result.series ?? []).map((p) => ({
            at: Date.parse(p.at),
            y: p.lift?.value ?? null,
            low: p.lift?.low ?? null,
            high: p.lift?.high ?? null,
          })),
        }))}
      />
    </Stack>
  );
}
