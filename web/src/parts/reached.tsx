import { Group, Loader, Text, Tooltip } from '@mantine/core';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { reach } from '../api/queries';
import { count } from './words';

/** Reached counts the evaluators that run a revision, until all do. */
export function Reached({
  project,
  environment,
  revision,
}: {
  project: string;
  environment: string;
  revision: string;
}) {
  const query = useQuery({
    ...reach(project, environment, revision),
    refetchInterval: ({ state }) => (state.data?.inForce ? false : 250),
  });
  const r = query.data;
  if (!r) return null;
  const late = (r.stragglers ?? []).map((e) => e.instance).join(', ');
  const text =
    r.connected === 0
      ? 'Recorded. No evaluator is connected.'
      : r.inForce
        ? `In force on all ${count(r.connected)} evaluators, ${count(r.milliseconds)} ms after the decision`
        : `In force on ${count(r.acknowledged)} of ${count(r.connected)} evaluators`;
  return (
    <Tooltip label={late ? `Waiting for ${late}` : 'Browsers evaluate on the server and have it at once'}>
      <Group gap={6} role="status" wrap="nowrap">
        {r.inForce ? <IconCircleCheckFilled size={16} color="var(--ledger-good)" /> : <Loader size={14} />}
        <Text size="sm" className="figures">
          {text}
        </Text>
      </Group>
    </Tooltip>
  );
}
