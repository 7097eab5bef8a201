import { Group, Progress, Text } from '@mantine/core';
import { IconCheck, IconCircle, IconCircleDot, IconX } from '@tabler/icons-react';
import type { Schemas } from '../../api/client';
import { useNow } from '../../parts/now';
import { duration, span } from '../../parts/when';

type Rollout = Schemas['RolloutView'];
type State = 'done' | 'current' | 'failed' | 'ahead';

/** stateOf tells where a stage stands. */
function stateOf(r: Rollout, i: number): State {
  if (r.status === 'completed' || i < r.stage) return 'done';
  if (i > r.stage) return 'ahead';
  return r.status === 'rolledBack' || r.status === 'aborted' ? 'failed' : 'current';
}

const icons = { done: IconCheck, current: IconCircleDot, failed: IconX, ahead: IconCircle };

/** Ladder shows the stages of a plan, and the time that the current one has taken. */
export function Ladder({ rollout }: { rollout: Rollout }) {
  const stages = rollout.plan.stages ?? [];
  return (
    <ol className="ladder" style={{ listStyle: 'none', padding: 0, margin: 0 }} aria-label="Stages">
      {stages.map((stage, i) => {
        const state = stateOf(rollout, i);
        const Icon = icons[state];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: stages have no identity but their place
          <li key={i} className="rung" data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
            <Group gap={6} wrap="nowrap">
              <Icon
                size={16}
                color={
                  state === 'failed'
                    ? 'var(--ledger-bad)'
                    : state === 'ahead'
                      ? 'var(--ledger-control)'
                      : 'var(--ledger-good)'
                }
                aria-hidden
              />
              <Text fw={700} size="lg" className="figures">
                {stage.percentage}%
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {stage.name || (stage.segment ? `segment ${stage.segment}` : words[state])}
            </Text>
            <Soak rollout={rollout} stage={i} minSoak={stage.minSoak} current={state === 'current'} />
          </li>
        );
      })}
    </ol>
  );
}

const words: Record<State, string> = { done: 'passed', current: 'now', failed: 'stopped here', ahead: 'ahead' };

function Soak({
  rollout,
  stage,
  minSoak,
  current,
}: {
  rollout: Rollout;
  stage: number;
  minSoak: string | undefined;
  current: boolean;
}) {
  const now = useNow();
  const { percentage } = rollout.plan.stages?.[stage] ?? {};
  const spans = (rollout.spans ?? []).filter((s) => s.stage === stage && s.percentage === percentage);
  const last = spans.at(-1);
  const wanted = duration(minSoak);
  if (!last)
    return wanted > 0 ? (
      <Text size="xs" c="dimmed">
        at least {span(wanted)}
      </Text>
    ) : null;
  const from = Date.parse(last.from ?? '');
  const until = last.until ? Date.parse(last.until) : now;
  const took = Math.max(0, until - from);
  if (!current || took >= wanted)
    return (
      <Text size="xs" c="dimmed" className="figures">
        {span(took)}
      </Text>
    );
  return (
    <>
      <Progress
        value={Math.min(100, (100 * took) / wanted)}
        size="xs"
        mt={6}
        aria-label="Share of the shortest soak that has passed"
      />
      <Text size="xs" c="dimmed" className="figures" mt={2}>
        {span(took)} of at least {span(wanted)}
      </Text>
    </>
  );
}
