import { Badge, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Flag, flags as flagsQuery, usage } from '../../api/queries';
import { useHere } from '../../parts/here';
import { type Lifecycle, lifecycle } from '../../parts/lifecycle';
import { TextLink } from '../../parts/links';
import { Page } from '../../parts/page';
import { Empty, Loaded } from '../../parts/problem';
import { When } from '../../parts/when';
import { count } from '../../parts/words';

const stages: Lifecycle['stage'][] = ['stale', 'draft', 'rolling out', 'live', 'archived'];
const colors: Record<string, string> = {
  stale: 'orange',
  draft: 'gray',
  'rolling out': 'teal',
  live: 'blue',
  archived: 'gray',
};

/** Hygiene shows which flags have done their work and should leave the code. */
export function Hygiene() {
  const { project, environment } = useHere();
  const query = useQuery(flagsQuery(project));
  const used = useQuery({ ...usage(project, environment), enabled: environment !== '' }).data;
  const [stage, setStage] = useState<string>('stale');
  return (
    <Page
      title="Hygiene"
      text={`Where the flags stand in ${environment}. A stale one decides nothing any more: remove it from the code, then archive it.`}
    >
      <Loaded query={query}>
        {(list) => {
          const now = Date.now();
          const all = list.map((flag) => ({ flag, ...lifecycle(flag, environment, now) }));
          const shown = all.filter((f) => f.stage === stage);
          return (
            <>
              <SegmentedControl
                value={stage}
                onChange={setStage}
                aria-label="Stage of life"
                data={stages.map((s) => ({
                  value: s,
                  label: `${s} ${count(all.filter((f) => f.stage === s).length)}`,
                }))}
                style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
              />
              {shown.length === 0 ? (
                <Empty title={stage === 'stale' ? 'No flag is stale' : 'None'}>
                  <Text>
                    A flag is stale when its planned removal date is over, or when it has been on or off for everybody
                    for 14 days without a change. Permanent flags never are.
                  </Text>
                </Empty>
              ) : (
                <Stack gap="xs">
                  {shown.map((f) => (
                    <Row key={f.flag.key} {...f} last={used?.flags[f.flag.key]?.last} known={used !== undefined} />
                  ))}
                </Stack>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Row({ flag, stage, why, last, known }: Lifecycle & { flag: Flag; last: string | undefined; known: boolean }) {
  const { project } = useHere();
  return (
    <Group className="panel" p="md" justify="space-between">
      <div style={{ minWidth: 0, flex: '1 1 260px' }}>
        <Group gap={8}>
          <TextLink to="/p/$project/flags/$flag/targeting" params={{ project, flag: flag.key }} fw={600}>
            {flag.key}
          </TextLink>
          <Badge variant="light" color={colors[stage]}>
            {stage}
          </Badge>
        </Group>
        <Text size="sm">{why}</Text>
        <Text size="sm" c="dimmed" component="div">
          {flag.details.owner ? `${flag.details.owner} · ` : ''}changed <When at={flag.changedAt} />
          {known && (
            <>
              {' · '}
              {last ? (
                <>
                  last evaluated <When at={last} />
                </>
              ) : (
                'never evaluated here'
              )}
            </>
          )}
        </Text>
      </div>
    </Group>
  );
}
