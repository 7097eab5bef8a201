import { Alert, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { count } from '../../parts/words';

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

/** Conclusion says first whether the numbers can be trusted, then what they say. */
export function Conclusion({ report }: { report: Schemas['Report'] }) {
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
