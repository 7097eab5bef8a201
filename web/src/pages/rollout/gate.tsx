import { Badge, Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { Series } from '../../charts/series';
import { count, figure, percent } from '../../parts/words';
import { arms, bounds, limitOf } from './gatevalues';

type Gate = Schemas['GateEvidence'];
type Looked = Schemas['Looked'];

const verdicts: Record<string, { color: string; text: string }> = {
  pass: { color: 'teal', text: 'passes' },
  fail: { color: 'red', text: 'fails' },
  hold: { color: 'gray', text: 'collecting' },
  noData: { color: 'orange', text: 'no data' },
};

interface Props {
  gate: Gate;
  index: number;
  looks: Looked[];
  metric: Schemas['Metric'] | undefined;
}

/** GatePanel shows one gate: its verdict, its interval against its limit over time, and both arms. */
export function GatePanel({ gate, index, looks, metric }: Props) {
  const verdict = verdicts[gate.verdict] ?? { color: 'gray', text: gate.verdict };
  const seen = looks.flatMap((l) => {
    const g = l.evidence.gates?.[index];
    return g ? [{ at: Date.parse(l.evidence.until), gate: g }] : [];
  });
  const limit = limitOf(gate);
  const intervals = seen.map(({ at, gate: g }) => ({ at, ...bounds(g) })).filter((p) => p.y !== null || p.low !== null);
  const both = seen.map(({ at, gate: g }) => ({ at, ...arms(g) }));
  const share = arms(gate);
  return (
    <Stack className="panel" p="md" gap="sm" component="article">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={3}>{metric?.name || gate.metric || gate.check?.name}</Title>
          <Text size="xs" c="dimmed">
            {limit.text}
            {gate.dryRun ? ' · dry run: it decides nothing' : ''}
          </Text>
        </div>
        <Badge color={verdict.color} variant="light" style={{ flex: 'none' }}>
          {verdict.text}
        </Badge>
      </Group>
      <Text size="sm">{gate.reason}</Text>
      {gate.check ? null : (
        <>
          {intervals.length > 1 && (
            <Series
              label={`${limit.text}. Interval of the ${limit.what} over time; now ${figure(intervals.at(-1)?.y ?? 0)}.`}
              lines={[{ name: `${limit.what}, always-valid interval`, color: 'var(--ledger-good)', points: intervals }]}
              rules={limit.y === null ? [] : [{ y: limit.y, label: limit.short }]}
              log={limit.log}
              format={limit.format}
              height={170}
            />
          )}
          {both.length > 1 && share.what && (
            <Series
              label={`${share.what} in both arms over time`}
              lines={[
                {
                  name: `treatment: ${share.what}`,
                  color: 'var(--ledger-good)',
                  points: both.map((p) => ({ at: p.at, y: p.treatment })),
                },
                {
                  name: 'control',
                  color: 'var(--ledger-control)',
                  dash: '5 3',
                  points: both.map((p) => ({ at: p.at, y: p.control })),
                },
              ]}
              format={share.share ? (y) => percent(y) : figure}
              zero={share.share}
              height={130}
            />
          )}
          {gate.effect === undefined && <Evidence gate={gate} />}
        </>
      )}
    </Stack>
  );
}

/** Evidence shows how much of what a decision needs there is, both ways. */
function Evidence({ gate }: { gate: Gate }) {
  const part = (log: number, threshold: number) =>
    threshold > 0 ? Math.round(Math.max(0, Math.min(100, (100 * log) / threshold))) : 0;
  const harm = part(gate.logEFail, gate.failThreshold);
  const safe = part(gate.logEPass, gate.passThreshold);
  return (
    <Group grow align="flex-start">
      <div>
        <Text size="xs">
          Evidence of harm <b className="figures">{harm}%</b>
        </Text>
        <Progress value={harm} color="red" size="sm" aria-label="Evidence of harm, of what a roll-back needs" />
        <Text size="xs" c="dimmed" className="figures">
          {count(gate.treatment.badUnits ?? 0)} of {count(gate.treatment.units ?? 0)} treated units
        </Text>
      </div>
      <div>
        <Text size="xs">
          Evidence of safety <b className="figures">{safe}%</b>
        </Text>
        <Progress value={safe} color="teal" size="sm" aria-label="Evidence of safety, of what an advance needs" />
        <Text size="xs" c="dimmed" className="figures">
          {count(gate.control.badUnits ?? 0)} of {count(gate.control.units ?? 0)} control units
        </Text>
      </div>
    </Group>
  );
}
