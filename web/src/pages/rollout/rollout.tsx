import { Alert, Grid, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { flag as flagQuery, looks as looksQuery } from '../../api/queries';
import { useHere } from '../../parts/here';
import { useNow } from '../../parts/now';
import { span, When } from '../../parts/when';
import { actorName, count } from '../../parts/words';
import { Actions } from './actions';
import { DecisionLog } from './decisions';
import { GatePanel } from './gate';
import { Ladder } from './ladder';
import { Start } from './start';

/** RolloutPage shows where a rollout stands, why it waits, and what its gates see. */
export function RolloutPage() {
  const { project, flag: key, environment } = useHere();
  const flag = useQuery(flagQuery(project, key)).data;
  const rollout = flag?.environments[environment]?.rollout;
  const running = rollout?.status === 'running';
  const looks = useQuery({
    ...looksQuery({ project, flag: key, environment }, running),
    enabled: rollout !== undefined,
  }).data;
  if (!flag) return null;
  if (!rollout) return <Start flag={flag} />;
  const list = (looks?.rollout === rollout.id && looks.looks) || [];
  const newest = list.at(-1);
  const evidence = newest?.evidence.gates?.length ? newest.evidence : rollout.evidence;
  const gates = evidence?.gates ?? [];
  return (
    <Stack gap="lg">
      <Verdict status={rollout.status} percentage={rollout.percentage} />
      <Ladder rollout={rollout} />
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} style={{ flex: '1 1 360px' }}>
          {running && (
            <>
              <Text role="status">
                <b>Why it waits: </b>
                {newest?.reason || whyOf(rollout.hold?.hold) || 'The first look is still to come.'}
              </Text>
              <NextLook at={newest?.next} />
            </>
          )}
          <Text size="sm" c="dimmed" component="div">
            {evidence && (
              <>
                {count(evidence.rolloutTreatment)} {unitsOf(rollout.by)} have met “{rollout.treatment}”; in this stage{' '}
                {count(evidence.stageTreatment)}, beside {count(evidence.stageControl)} with “{rollout.control}”.{' '}
              </>
            )}
            Started <When at={rollout.startedAt} /> by {actorName(rollout.startedBy)}
            {rollout.planKey ? ` with the plan ${rollout.planKey}` : ''}.
          </Text>
        </Stack>
        <Actions flag={flag} rollout={rollout} />
      </Group>
      {evidence && evidence.srmP < 0.001 && (
        <Alert color="red" title="The arms are not as large as the plan says">
          The chance of such a split is {evidence.srmP.toExponential(1)}. Exposures may be lost in one arm: what the
          gates say cannot be trusted.
        </Alert>
      )}
      {gates.length > 0 && (
        <Stack gap="sm" component="section" aria-label="Gates">
          <Title order={2}>Gates</Title>
          <Grid>
            {gates.map((g, i) => (
              <Grid.Col key={g.metric ?? g.check?.name ?? i} span={{ base: 12, xl: gates.length > 1 ? 6 : 12 }}>
                <GatePanel gate={g} index={i} looks={list} metric={rollout.metrics?.[g.metric ?? '']} />
              </Grid.Col>
            ))}
          </Grid>
        </Stack>
      )}
      <DecisionLog rollout={rollout} />
      {!running && rollout.status !== 'paused' && <Start flag={flag} again />}
    </Stack>
  );
}

export const unitsOf = (by: string | undefined) => (!by || by === 'targetingKey' ? 'units' : by.replace(/Id$/, 's'));

const ends: Record<string, { color: string; title: string }> = {
  rolledBack: { color: 'red', title: 'Rolled back: nobody gets it any more' },
  aborted: { color: 'gray', title: 'Aborted: nobody gets it any more' },
  completed: { color: 'teal', title: 'Completed: everybody gets it' },
  paused: { color: 'orange', title: 'Paused: traffic stays as it is, and nothing is decided' },
};

function Verdict({ status, percentage }: { status: string; percentage: number }) {
  const end = ends[status];
  if (!end) return null;
  return (
    <Alert
      color={end.color}
      title={status === 'paused' ? `${end.title} at ${percentage}%` : end.title}
      role="status"
      py="xs"
    />
  );
}

const holds: Record<string, string> = {
  noSource: 'the evidence cannot be read',
  noTraffic: 'nobody is exposed',
  noMetric: 'a gate has no data',
  unhealthy: 'the sample ratio is wrong',
  soak: 'the stage is too young',
  minSample: 'too few events are expected yet',
  collecting: 'the evidence does not decide yet',
  inconclusive: 'the longest soak is over without a decision',
  approval: 'people must approve',
  calendar: 'the calendar does not allow it now',
};

export const whyOf = (hold: string | undefined) => (hold ? (holds[hold] ?? hold) : '');

function NextLook({ at }: { at: string | undefined }) {
  const now = useNow();
  if (!at) return null;
  const left = Date.parse(at) - now;
  return (
    <Text size="sm" c="dimmed" className="figures">
      {left > 0 ? `Next look in ${span(left)}` : 'Looking'}
    </Text>
  );
}
