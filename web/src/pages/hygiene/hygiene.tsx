import { Alert, Badge, Box, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { hygiene } from '../../api/queries';
import { useHere } from '../../parts/here';
import { TextLink } from '../../parts/links';
import { Page } from '../../parts/page';
import { Empty, Loaded } from '../../parts/problem';
import { When } from '../../parts/when';
import { count } from '../../parts/words';

const stages = ['stale', 'draft', 'rolling-out', 'live', 'archived'] as const;
const colors: Record<string, string> = {
  stale: 'orange',
  draft: 'gray',
  'rolling-out': 'teal',
  live: 'blue',
  archived: 'gray',
};
const name = (stage: string) => stage.replace('-', ' ');

/** Hygiene shows which flags have done their work and should leave the code. */
export function Hygiene() {
  const { project } = useHere();
  const query = useQuery(hygiene(project));
  const [stage, setStage] = useState<string>('stale');
  return (
    <Page
      title="Hygiene"
      text="Where the flags stand in their life. A stale one decides nothing any more: remove it from the code, then archive it."
    >
      <Loaded query={query}>
        {(report) => {
          const all = report.flags ?? [];
          const shown = all.filter((f) => f.lifecycle === stage);
          return (
            <>
              <Box style={{ overflowX: 'auto' }}>
                <SegmentedControl
                  value={stage}
                  onChange={setStage}
                  aria-label="Stage of life"
                  data={stages.map((s) => ({
                    value: s,
                    label: `${name(s)} ${count(all.filter((f) => f.lifecycle === s).length)}`,
                  }))}
                  style={{ minWidth: 'max-content' }}
                />
              </Box>
              {(report.incomplete ?? []).length > 0 && (
                <Alert color="orange" title="Evaluations are not known" py="xs">
                  The analytics store does not answer for {report.incomplete?.join(', ')}: whether flags are evaluated
                  there is left out.
                </Alert>
              )}
              {shown.length === 0 ? (
                <Empty title={stage === 'stale' ? 'No flag is stale' : 'None'}>
                  <Text>
                    A flag is stale when its planned removal date is over, when production has given everybody the same
                    for 14 days, or when it is on and nobody evaluates it. Permanent flags never are.
                  </Text>
                </Empty>
              ) : (
                <Stack gap="xs">
                  {shown.map((f) => (
                    <Row key={f.key} flag={f} />
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

function Row({ flag }: { flag: Schemas['State'] }) {
  const { project } = useHere();
  const findings = flag.lifecycle === 'stale' || flag.lifecycle === 'archived' ? (flag.findings ?? []) : [];
  return (
    <Group className="panel" p="md" justify="space-between">
      <div style={{ minWidth: 0, flex: '1 1 260px' }}>
        <Group gap={8}>
          <TextLink to="/p/$project/flags/$flag/targeting" params={{ project, flag: flag.key }} fw={600}>
            {flag.key}
          </TextLink>
          <Badge variant="light" color={colors[flag.lifecycle]}>
            {name(flag.lifecycle)}
          </Badge>
          {flag.permanent && (
            <Badge variant="default" tt="none">
              permanent
            </Badge>
          )}
        </Group>
        {findings.map((f) => (
          <Text key={f.rule + f.environment} size="sm">
            It {f.message}.
          </Text>
        ))}
        <Text size="sm" c="dimmed" component="div">
          {flag.owner ? `${flag.owner} · ` : ''}
          {flag.lifecycle === 'stale' ? 'stale since ' : 'changed '}
          <When at={flag.since} />
          {' · '}
          {flag.lastEvaluated ? (
            <>
              last evaluated <When at={flag.lastEvaluated} />
            </>
          ) : (
            'no evaluation seen'
          )}
          {flag.references !== undefined && ` · ${inCode(flag.references)}`}
        </Text>
      </div>
    </Group>
  );
}

function inCode(n: number): string {
  if (n === 0) return 'no code names it';
  return `named in ${count(n)} ${n === 1 ? 'place' : 'places'} of the code`;
}
