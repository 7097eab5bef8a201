import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, commandHeaders } from '../../api/client';
import { type Flag, refreshFlag } from '../../api/queries';
import { useHere, useMay } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { When } from '../../parts/when';
import { actorName } from '../../parts/words';

const changes: Record<string, string> = {
  turnOn: 'Turns on',
  turnOff: 'Turns off',
  replaceConfig: 'Gets another targeting',
};

/** Scheduled lists the changes that wait for their time. */
export function Scheduled({ flag }: { flag: Flag }) {
  const { project, environment } = useHere();
  const client = useQueryClient();
  const mayEdit = useMay('editor');
  const cancel = useMutation({
    mutationFn: (id: string) =>
      answer(
        api.DELETE('/api/v1/projects/{project}/flags/{flag}/environments/{environment}/schedule/{id}', {
          params: { path: { project, flag: flag.key, environment, id }, header: commandHeaders() },
        }),
      ),
    onSuccess: () => refreshFlag(client, project, flag.key),
  });
  const waiting = flag.environments[environment]?.scheduled ?? [];
  if (waiting.length === 0) return null;
  return (
    <Alert color="blue" title="Scheduled">
      <Stack gap="xs">
        {waiting.map((s) => (
          <Group key={s.id} justify="space-between">
            <Text size="sm" component="div">
              {changes[s.change] ?? s.change} <When at={s.at} exact />, by {actorName(s.author)}
              {s.reason ? `: ${s.reason}` : ''}
            </Text>
            <Button
              size="xs"
              variant="default"
              disabled={!mayEdit}
              loading={cancel.isPending}
              onClick={() => cancel.mutate(s.id)}
            >
              Cancel it
            </Button>
          </Group>
        ))}
        {cancel.error && <Problem error={cancel.error} />}
      </Stack>
    </Alert>
  );
}
