import { Alert, Badge, Button, Grid, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Schemas } from '../../api/client';
import { flag as flagQuery, type Place, results as resultsQuery } from '../../api/queries';
import { session } from '../../app/session';
import { Intervals } from '../../charts/interval';
import { download, savePicture } from '../../charts/png';
import { Series } from '../../charts/series';
import { useHere } from '../../parts/here';
import { Loaded, Problem } from '../../parts/problem';
import { duration, When } from '../../parts/when';
import { count, percent, signed } from '../../parts/words';
import { Actions } from './actions';
import { Begin } from './begin';
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

/** advice is what to do, in words. */
function advice({ advice: code, variant }: Schemas['Conclusion']): string {
  const words: Record<string, string> = {
    repair: 'Repair the split, then start anew',
    wait: 'Nothing is shown yet: keep collecting',
    serve: `Serve ${variant} to everybody`,
    keep: 'Keep the control',
    weigh: `Weigh it: ${variant} is better at one thing and worse at another`,
  };
  return words[code] ?? code;
}

function Conclusion({ report }: { report: Report }) {
  const { split, conclusion } = report;
  return (
    <Stack gap="sm" component="section" aria-label="Conclusion">
      {split.alarm && (
        <Alert color="red" title="The split is not what the flag promises: do not read the numbers below">
          {split.reason}
        </Alert>
      )}
      <Alert color={split.alarm ? 'gray' : 'teal'} title={advice(conclusion)}>
        {(conclusion.sentences ?? []).map((s) => (
          <Text key={s} size="sm">
            {s}
          </Text>
        ))}
      </Alert>
      <Group gap="lg">
        {(report.variants ?? []).map((v) => (
          <Text key={v.variant} size="sm" className="figures">
            <b>{v.variant}</b> {count(v.units)} units
            {v.expected ? (
              <span style={{ color: 'var(--mantine-color-dimmed)' }}>, {count(Math.round(v.expected))} expected</span>
            ) : null}
          </Text>
        ))}
        <Text size="sm" c={split.alarm ? 'red' : 'dimmed'} className="figures">
          Sample ratio {split.alarm ? 'wrong' : 'as promised'} (p = {split.p.toPrecision(2)}
          {split.mixed ? `, ${count(split.mixed)} units met several variants` : ''})
        </Text>
      </Group>
    </Stack>
  );
}

interface Row {
  metric: Schemas['MetricReport'];
  result: Schemas['VariantResult'];
}

/** OverTime shows how the estimate of a metric settled. */
function OverTime({ rows, several }: { rows: Row[]; several: boolean }) {
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

function Breakdown({
  report,
  dimension,
  setDimension,
  several,
}: Omit<ResultsProps, 'here' | 'experiment'> & { several: boolean }) {
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

async function saveTable({ project, flag, environment }: Place, dimension: string): Promise<void> {
  const path = [project, 'flags', flag, 'environments', environment].map(encodeURIComponent).join('/');
  const query = dimension ? `?dimension=${encodeURIComponent(dimension)}` : '';
  const response = await fetch(`/api/v1/projects/${path}/experiment/results.csv${query}`, {
    headers: { Authorization: `Bearer ${session.token()}` },
  });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  download(await response.blob(), `${flag}.csv`);
}
