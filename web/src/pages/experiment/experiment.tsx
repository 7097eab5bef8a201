import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Schemas } from '../../api/client';
import { flag as flagQuery, type Place, results as resultsQuery } from '../../api/queries';
import { session } from '../../app/session';
import { Intervals } from '../../charts/interval';
import { download, savePicture } from '../../charts/png';
import { useHere } from '../../parts/here';
import { Loaded, Problem } from '../../parts/problem';
import { duration, When } from '../../parts/when';
import { percent, signed } from '../../parts/words';
import { Actions } from './actions';
import { Begin } from './begin';
import { Breakdown } from './breakdown';
import { Conclusion } from './conclusion';
import { OverTime } from './overtime';
import { ResultTable } from './table';
import { intervalOf, metricName } from './values';

type Report = Schemas['Report'];
type Experiment = Schemas['ExperimentView'];

/** stepOf is the time between points of a series of some sixty. */
function stepOf(e: Experiment): string {
  const length = (e.endedAt ? Date.parse(e.endedAt) : Date.now()) - Date.parse(e.startedAt);
  const steps = ['1m', '5m', '15m', '1h', '6h', '24h'];
  return steps.find((s) => length / duration(s) <= 72) ?? '24h';
}

/** ExperimentPage shows which variant is better, and how sure that is. */
export function ExperimentPage() {
  const { project, flag: key, environment } = useHere();
  const flag = useQuery(flagQuery(project, key)).data;
  const experiment = flag?.environments[environment]?.experiment;
  const [dimension, setDimension] = useState('');
  const here = { project, flag: key, environment };
  const query = useQuery({
    ...resultsQuery(here, experiment ? stepOf(experiment) : '1h', dimension),
    enabled: experiment !== undefined,
  });
  if (!flag) return null;
  if (!experiment) return <Begin flag={flag} />;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start">
        <div style={{ flex: '1 1 360px' }}>
          <Group gap="sm">
            <Title order={2}>{experiment.design.name || 'Experiment'}</Title>
            <Badge variant="light" color={experiment.status === 'running' ? 'teal' : 'gray'}>
              {experiment.status}
            </Badge>
          </Group>
          {experiment.design.hypothesis && <Text>{experiment.design.hypothesis}</Text>}
          <Text size="sm" c="dimmed" component="div">
            {experiment.imported ? 'Ran elsewhere from ' : 'Started '}
            <When at={experiment.startedAt} exact={Boolean(experiment.imported)} />
            {experiment.endedAt && (
              <>
                , until <When at={experiment.endedAt} exact />
              </>
            )}
            {experiment.decision && `, decided for ${experiment.decision.variant}`}
          </Text>
        </div>
        <Actions flag={flag} experiment={experiment} />
      </Group>
      <Loaded query={query}>
        {(report) => (
          <Results
            here={here}
            report={report}
            dimension={dimension}
            setDimension={setDimension}
            experiment={experiment}
          />
        )}
      </Loaded>
      {experiment.status !== 'running' && <Begin flag={flag} again />}
    </Stack>
  );
}

interface ResultsProps {
  here: Place;
  report: Report;
  experiment: Experiment;
  dimension: string;
  setDimension: (dimension: string) => void;
}

function Results({ here, report, experiment, dimension, setDimension }: ResultsProps) {
  const chart = useRef<HTMLDivElement>(null);
  const metrics = report.metrics ?? [];
  const rows = metrics.flatMap((m) => (m.results ?? []).map((r) => ({ metric: m, result: r })));
  const table = useMutation({ mutationFn: () => saveTable(here, dimension) });
  const picture = useMutation({
    mutationFn: async () => {
      const svg = chart.current?.querySelector('svg');
      if (svg) await savePicture(svg, `${here.flag}.png`);
    },
  });
  const several = (experiment.variants?.length ?? 2) > 2;
  return (
    <>
      <Conclusion report={report} />
      <Stack className="panel" p="md" gap="sm" component="section" aria-label="Results">
        <Group justify="space-between">
          <Title order={2}>Change against {report.control}</Title>
          <Group gap="xs">
            <Button size="xs" variant="default" loading={table.isPending} onClick={() => table.mutate()}>
              Save CSV
            </Button>
            <Button size="xs" variant="default" loading={picture.isPending} onClick={() => picture.mutate()}>
              Save PNG
            </Button>
          </Group>
        </Group>
        {(table.error ?? picture.error) && (
          <Problem error={(table.error ?? picture.error) as Error} title="It was not saved" />
        )}
        <div ref={chart}>
          <Intervals
            label={rows
              .map(
                ({ metric, result }) =>
                  `${metricName(metric)}: ${result.lift ? signed(result.lift.value) : 'no estimate'}, ${result.finding}`,
              )
              .join('; ')}
            list={rows.map(({ metric, result }) => intervalOf(metric, result, several))}
          />
        </div>
        <Text size="xs" c="dimmed">
          Always-valid intervals at {percent(1 - (experiment.design.alpha ?? 0.05))}: look as often as you like, the
          error stays what it says.
        </Text>
        <ResultTable rows={rows} />
      </Stack>
      <OverTime rows={rows} several={several} />
      <Breakdown report={report} dimension={dimension} setDimension={setDimension} several={several} />
    </>
  );
}

async function saveTable({ project, flag, environment }: Place, dimension: string): Promise<void> {
  const path = [project, 'flags', flag, 'environments', environment].map(encodeURIComponent).join('/');
  const query = dimension ? `?dimension=${encodeURIComponent(dimension)}` : '';
  const response = await fetch(`/api/v1/projects/${path}/experiment/results.csv${query}`, {
    headers: { Authorization: `Bearer ${session.token()}` },
  });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  download(await response.blob(), `${flag}.csv`);
}
