import { Button, Grid, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { Intervals } from '../../charts/interval';
import { count } from '../../parts/words';
import { intervalOf } from './values';

interface Props {
  report: Schemas['Report'];
  dimension: string;
  setDimension: (dimension: string) => void;
  several: boolean;
}

/** Breakdown shows the results of subgroups, by an attribute that the reader names. */
export function Breakdown({ report, dimension, setDimension, several }: Props) {
  const [text, setText] = useState(dimension);
  const groups = report.breakdown?.subgroups ?? [];
  const metrics = report.metrics ?? [];
  return (
    <Stack className="panel" p="md" gap="sm" component="section" aria-label="Breakdown">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2}>Breakdown</Title>
          <Text size="sm" c="dimmed">
            By an attribute that exposures carry, such as plan or country.
          </Text>
        </div>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            setDimension(text.trim());
          }}
        >
          <Group gap="xs" align="flex-end">
            <TextInput
              label="Attribute"
              size="xs"
              placeholder="plan"
              value={text}
              onChange={(e) => setText(e.currentTarget.value)}
            />
            <Button size="xs" type="submit" variant="default">
              Break down
            </Button>
          </Group>
        </form>
      </Group>
      {dimension && groups.length === 0 && <Text size="sm">No exposure of this experiment carries “{dimension}”.</Text>}
      <Grid>
        {groups.map((g) => (
          <Grid.Col key={g.value} span={{ base: 12, xl: 6 }}>
            <Text fw={600} size="sm">
              {g.others ? 'all others' : g.value || '(empty)'}{' '}
              <span style={{ color: 'var(--mantine-color-dimmed)', fontWeight: 400 }}>{count(g.units)} units</span>
            </Text>
            <Intervals
              label={`Results for ${g.value}`}
              list={(g.results ?? []).flatMap((r) => {
                const metric = metrics.find((m) => m.metric === r.metric);
                return metric ? [intervalOf(metric, r, several)] : [];
              })}
            />
          </Grid.Col>
        ))}
      </Grid>
    </Stack>
  );
}
