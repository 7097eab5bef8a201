import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { flagHistory } from '../../api/queries';
import { useHere } from '../../parts/here';
import { EventRow } from '../history/event';

/** DecisionLog lists what was decided about a rollout, newest first, each with its evidence. */
export function DecisionLog({ rollout }: { rollout: Schemas['RolloutView'] }) {
  const { project, flag, environment } = useHere();
  const history = useQuery(flagHistory(project, flag)).data ?? [];
  const first = Number(rollout.spans?.[0]?.first ?? 0);
  const about = history
    .filter((e) => e.type.startsWith('rollout.') && Number(e.seq) >= first && environmentOf(e) === environment)
    .reverse();
  return (
    <Stack gap="xs" component="section" aria-label="Decisions">
      <Title order={2}>Decisions</Title>
      {about.length === 0 && <Text c="dimmed">None yet.</Text>}
      {about.length > 0 && (
        <div className="panel">
          {about.map((e) => (
            <EventRow key={e.seq} event={e} />
          ))}
        </div>
      )}
    </Stack>
  );
}

function environmentOf(e: Schemas['EventView']): string {
  const data = e.data as { environment?: string } | null;
  return data?.environment ?? '';
}
