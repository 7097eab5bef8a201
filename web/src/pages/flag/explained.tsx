import { Group, List, Stack, Text } from '@mantine/core';
import { IconArrowRight, IconCheck, IconX } from '@tabler/icons-react';
import type { Schemas } from '../../api/client';
import { count, percent } from '../../parts/words';
import { operators } from './validate';

type Step = Schemas['Step'];
type ClauseStep = Schemas['ClauseStep'];

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** Explained tells how an evaluation came about, step by step. */
export function Explained({ explanation }: { explanation: Schemas['Explanation'] }) {
  const steps = explanation.steps ?? [];
  return (
    <Stack gap={6}>
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
        <Group key={i} gap={8} wrap="nowrap" align="flex-start">
          {step.matched ? (
            <IconCheck
              size={16}
              color="var(--ledger-good)"
              style={{ flex: 'none', marginTop: 3 }}
              aria-label="decides"
            />
          ) : (
            <IconX
              size={16}
              color="var(--ledger-control)"
              style={{ flex: 'none', marginTop: 3 }}
              aria-label="does not match"
            />
          )}
          <StepText step={step} />
        </Group>
      ))}
    </Stack>
  );
}

function StepText({ step }: { step: Step }) {
  const { prerequisite, target, rule, split, problem } = step;
  return (
    <Stack gap={2} style={{ minWidth: 0 }}>
      {step.kind === 'off' && <Text size="sm">The flag is off.</Text>}
      {step.kind === 'error' && <Text size="sm">{problem}</Text>}
      {prerequisite && (
        <Text size="sm">
          Prerequisite <b>{prerequisite.explanation.flag}</b> serves{' '}
          {prerequisite.explanation.result.variant || 'nothing'}; needed: {(prerequisite.variants ?? []).join(', ')}
        </Text>
      )}
      {target && (
        <Text size="sm">
          Named units for <b>{target.variant}</b>: {target.attribute} is {shown(target.actual)},{' '}
          {step.matched ? 'one' : 'none'} of {count(target.total)}
        </Text>
      )}
      {rule && (
        <>
          <Text size="sm">
            Rule {rule.index + 1}
            {rule.description ? `, ${rule.description}` : ''}
          </Text>
          <List size="xs" c="dimmed" withPadding={false}>
            {(rule.clauses ?? []).map((c) => (
              <List.Item key={clauseText(c)}>{clauseText(c)}</List.Item>
            ))}
          </List>
        </>
      )}
      {step.kind === 'default' && <Text size="sm">Everybody else</Text>}
      {split?.draw && <Drawn split={split} draw={split.draw} />}
    </Stack>
  );
}

function clauseText(c: ClauseStep): string {
  const relation = operators.find((o) => o.value === c.op)?.label ?? c.op;
  const values = (c.values ?? []).map(shown).join(', ');
  const yes = c.matched ? 'true' : 'not true';
  const subject = c.attribute ? `${c.attribute} (here ${shown(c.actual)})` : 'it';
  return `${subject} ${c.negate ? 'not: ' : ''}${relation} ${values} — ${yes}`;
}

function Drawn({ split, draw }: { split: Schemas['SplitStep']; draw: Schemas['Draw'] }) {
  return (
    <Text size="xs" c="dimmed" component="div">
      {split.by} {shown(split.unit)} falls on {percent(draw.bucket / 100_000, 3)} <IconArrowRight size={11} />{' '}
      <b>{draw.variant}</b> has {percent(draw.from / 100_000, 3)} to {percent(draw.to / 100_000, 3)}
    </Text>
  );
}
