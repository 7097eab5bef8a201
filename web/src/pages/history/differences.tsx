import { Badge, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { Diff } from '../../parts/diff';

interface Props {
  list: Schemas['FlagDifference'][] | null;
  /** What stands before the name of a flag, such as a box to choose it. */
  choose?: (flag: string) => ReactNode;
}

/** Differences shows what would become of flags. */
export function Differences({ list, choose }: Props) {
  return (
    <Stack gap="md">
      {(list ?? [])
        .filter((f) => f.changed)
        .map((f) => (
          <Stack key={f.flag} gap={6}>
            <Group gap={8}>
              {choose?.(f.flag)}
              <Text fw={600}>{f.flag}</Text>
            </Group>
            {f.archived !== undefined && <Text size="sm">It is {f.archived === true ? 'archived' : 'restored'}.</Text>}
            {f.details && <Diff before={f.details.before} after={f.details.after} />}
            {f.variants && <Diff before={f.variants.before} after={f.variants.after} />}
            {(f.environments ?? []).map((e) => (
              <Stack key={e.environment} gap={4}>
                <Badge variant="default" tt="none">
                  {e.environment}
                </Badge>
                <Diff before={e.before} after={e.after} />
              </Stack>
            ))}
          </Stack>
        ))}
    </Stack>
  );
}
