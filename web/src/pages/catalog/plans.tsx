import { Badge, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { plans as plansQuery } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Page } from '../../parts/page';
import { Loaded } from '../../parts/problem';
import { planText } from './plantext';

type View = Schemas['PlanView'];
type Plan = Schemas['Plan'];

/** Plans are policies for rollouts. */
export function Plans() {
  const { project } = useHere();
  const query = useQuery(plansQuery(project));
  const mayEdit = useMay('editor');
  const [edited, setEdited] = useState<View | 'new' | null>(null);
  const first = query.data?.[0];
  return (
    <Page
      title="Plans"
      text="Policies for rollouts: stages, gates, approvals and the calendar. A rollout keeps the plan it was started with."
      action={mayEdit && <Button onClick={() => setEdited('new')}>Create a plan</Button>}
    >
      <Loaded query={query}>
        {(list) => (
          <Stack gap="xs">
            {list
              .filter((p) => !p.archived)
              .map((p) => (
                <Group key={p.key} className="panel" p="md" justify="space-between" align="flex-start">
                  <div style={{ minWidth: 0, flex: '1 1 260px' }}>
                    <Group gap={8}>
                      <Text fw={600}>{p.key}</Text>
                      {p.key === 'default' && <Badge variant="light">default</Badge>}
                      {p.plan.name && <Text size="sm">{p.plan.name}</Text>}
                    </Group>
                    {planText(p.plan).map((line) => (
                      <Text key={line} size="sm" c="dimmed">
                        {line}
                      </Text>
                    ))}
                  </div>
                  {mayEdit && (
                    <Button size="xs" variant="default" onClick={() => setEdited(p)}>
                      Edit
                    </Button>
                  )}
                </Group>
              ))}
          </Stack>
        )}
      </Loaded>
      {edited && (
        <Editor
          project={project}
          saved={edited === 'new' ? null : edited}
          start={first?.plan}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}

function parse(text: string): Plan | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Plan) : 'A plan is an object.';
  } catch (e) {
    return e instanceof Error ? `This is not JSON: ${e.message}` : 'This is not JSON.';
  }
}

/** Editor edits the plan as a document, and tells what it says while one types. */
function Editor({
  project,
  saved,
  start,
  onClose,
}: {
  project: string;
  saved: View | null;
  start: Plan | undefined;
  onClose: () => void;
}) {
  const [key, setKey] = useState(saved?.key ?? '');
  const [text, setText] = useState(
    JSON.stringify(
      saved?.plan ?? start ?? { stages: [{ percentage: 5, minSoak: '24h' }, { percentage: 100 }] },
      null,
      2,
    ),
  );
  const plan = parse(text);
  const send = (reason: string) =>
    answer(
      api.PUT('/api/v1/projects/{project}/plans/{key}', {
        params: {
          path: { project, key },
          header: { ...commandHeaders(), ...(saved ? { 'If-Match': `"${saved.seq}"` } : {}) },
        },
        body: { plan: plan as Plan, reason },
      }),
    );
  return (
    <ChangeDialog
      title={saved ? `Plan ${saved.key}` : 'Create a plan'}
      action="Save"
      size="xl"
      disabled={key === '' || typeof plan === 'string'}
      send={send}
      onClose={onClose}
    >
      <TextInput
        label="Key"
        required
        maw={280}
        disabled={saved !== null}
        value={key}
        onChange={(e) => setKey(e.currentTarget.value)}
      />
      <Textarea
        label="Plan"
        description="docs/plans.md describes every field; the server says which one is wrong"
        autosize
        minRows={12}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        value={text}
        error={typeof plan === 'string' ? plan : undefined}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      {typeof plan !== 'string' && (
        <Stack gap={2}>
          {planText(plan).map((line) => (
            <Text key={line} size="sm">
              {line}
            </Text>
          ))}
        </Stack>
      )}
    </ChangeDialog>
  );
}
