import { Alert, Badge, Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { evaluators as evaluatorsQuery } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Page } from '../../parts/page';
import { Loaded } from '../../parts/problem';
import { count } from '../../parts/words';
import { Differences } from '../history/differences';

/** Environments are where flags have a configuration each. */
export function Environments() {
  const { project, environments } = useHere();
  const mayOwn = useMay('admin');
  const mayEdit = useMay('editor');
  const [asked, setAsked] = useState<'add' | 'promote' | null>(null);
  const [changed, setChanged] = useState<Schemas['Environment'] | null>(null);
  return (
    <Page
      title="Environments"
      text="Each flag has a configuration of its own in each of them."
      action={
        <Group gap="xs">
          {mayEdit && environments.length > 1 && (
            <Button variant="default" onClick={() => setAsked('promote')}>
              Promote
            </Button>
          )}
          {mayOwn && <Button onClick={() => setAsked('add')}>Add an environment</Button>}
        </Group>
      }
    >
      <Stack gap="xs">
        {environments.map((e) => (
          <Group key={e.key} className="panel" p="md" justify="space-between">
            <Group gap={8}>
              <Text fw={600}>{e.name || e.key}</Text>
              <Text size="sm" c="dimmed">
                {e.key}
              </Text>
              {e.production && (
                <Badge color="red" variant="light">
                  production
                </Badge>
              )}
              {e.reasonRequired && (
                <Badge variant="default" tt="none">
                  changes need a reason
                </Badge>
              )}
            </Group>
            <Group gap="md">
              <Connected project={project} environment={e.key ?? ''} />
              {mayOwn && (
                <Button size="xs" variant="default" onClick={() => setChanged(e)} aria-label={`Settings of ${e.key}`}>
                  Settings
                </Button>
              )}
            </Group>
          </Group>
        ))}
      </Stack>
      {asked === 'add' && <Add project={project} onClose={() => setAsked(null)} />}
      {changed && <Change project={project} environment={changed} onClose={() => setChanged(null)} />}
      {asked === 'promote' && <Promote project={project} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function Connected({ project, environment }: { project: string; environment: string }) {
  const list = useQuery(evaluatorsQuery(project, environment)).data;
  if (!list) return null;
  const all = list.evaluators ?? [];
  const late = all.filter((e) => !e.current).length;
  return (
    <Text size="sm" className="figures">
      {count(all.length)} {all.length === 1 ? 'evaluator' : 'evaluators'}
      {late ? `, ${count(late)} behind` : all.length ? ', all current' : ''}
    </Text>
  );
}

function Add({ project, onClose }: { project: string; onClose: () => void }) {
  const [key, setKey] = useState('');
  const [name, setName] = useState('');
  const [production, setProduction] = useState(false);
  const [reasonRequired, setReasonRequired] = useState(false);
  return (
    <ChangeDialog
      title="Add an environment"
      action="Add"
      disabled={key === ''}
      onClose={onClose}
      send={(reason) =>
        answer(
          api.POST('/api/v1/projects/{project}/environments', {
            params: { path: { project }, header: commandHeaders() },
            body: { key, name, production, reasonRequired, reason },
          }),
        )
      }
    >
      <Text size="sm">Every flag is off in it at first.</Text>
      <TextInput label="Key" required value={key} onChange={(e) => setKey(e.currentTarget.value)} data-autofocus />
      <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <Nature {...{ production, setProduction, reasonRequired, setReasonRequired }} />
    </ChangeDialog>
  );
}

/** Change sets what is asked of changes in an environment. */
function Change({
  project,
  environment,
  onClose,
}: {
  project: string;
  environment: Schemas['Environment'];
  onClose: () => void;
}) {
  const [name, setName] = useState(environment.name ?? '');
  const [production, setProduction] = useState(environment.production ?? false);
  const [reasonRequired, setReasonRequired] = useState(environment.reasonRequired ?? false);
  return (
    <ChangeDialog
      title={`Settings of ${environment.key}`}
      action="Save"
      onClose={onClose}
      send={(reason) =>
        answer(
          api.PUT('/api/v1/projects/{project}/environments/{environment}', {
            params: { path: { project, environment: environment.key ?? '' }, header: commandHeaders() },
            body: { name, production, reasonRequired, reason },
          }),
        )
      }
    >
      <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
      <Nature {...{ production, setProduction, reasonRequired, setReasonRequired }} />
    </ChangeDialog>
  );
}

interface NatureProps {
  production: boolean;
  setProduction: (on: boolean) => void;
  reasonRequired: boolean;
  setReasonRequired: (on: boolean) => void;
}

function Nature({ production, setProduction, reasonRequired, setReasonRequired }: NatureProps) {
  return (
    <>
      <Checkbox
        label="It is a production environment"
        checked={production}
        onChange={(e) => setProduction(e.currentTarget.checked)}
      />
      <Checkbox
        label="Changes of its flags need a reason"
        description="The kill switch works without"
        checked={reasonRequired}
        onChange={(e) => setReasonRequired(e.currentTarget.checked)}
      />
    </>
  );
}

/** Promote gives an environment the configuration of another one, for the flags that are chosen. */
function Promote({ project, onClose }: { project: string; onClose: () => void }) {
  const { environments } = useHere();
  const keys = environments.map((e) => e.key ?? '');
  const [from, setFrom] = useState(keys.at(-1) ?? '');
  const [to, setTo] = useState(keys[0] ?? '');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const call = (preview: boolean, reason: string, flags?: { flag: string; seen: string }[]) =>
    answer(
      api.POST('/api/v1/projects/{project}/environments/{environment}/promote', {
        params: { path: { project, environment: to }, header: commandHeaders() },
        body: { from, preview, reason, ...(flags ? { flags } : {}) },
      }),
    );
  const preview = useQuery({
    queryKey: ['promote', project, from, to],
    queryFn: () => call(true, ''),
    enabled: from !== to,
    staleTime: 0,
    gcTime: 0,
  });
  const chosen = (preview.data?.flags ?? [])
    .filter((f) => f.changed && !left.has(f.flag))
    .map(({ flag, seen }) => ({ flag, seen }));
  return (
    <ChangeDialog
      title="Promote configurations"
      action={`Promote ${count(chosen.length)} ${chosen.length === 1 ? 'flag' : 'flags'}`}
      size="xl"
      disabled={chosen.length === 0}
      reasonRequired={environments.some((e) => e.key === to && e.reasonRequired)}
      onClose={onClose}
      send={(reason) => call(false, reason, chosen)}
    >
      <Group grow>
        <NativeSelect label="From" data={keys} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
        <NativeSelect label="To" data={keys} value={to} onChange={(e) => setTo(e.currentTarget.value)} />
      </Group>
      {from === to ? (
        <Alert color="gray" title="Choose two different environments" py="xs" />
      ) : (
        <Loaded query={preview}>
          {({ flags }) =>
            flags?.some((f) => f.changed) ? (
              <Differences
                list={flags}
                choose={(flag) => (
                  <Checkbox
                    aria-label={`Promote ${flag}`}
                    checked={!left.has(flag)}
                    onChange={(e) =>
                      setLeft(
                        e.currentTarget.checked
                          ? new Set([...left].filter((k) => k !== flag))
                          : new Set([...left, flag]),
                      )
                    }
                  />
                )}
              />
            ) : (
              <Alert color="gray" title="Nothing would change: both are the same" py="xs" />
            )
          }
        </Loaded>
      )}
    </ChangeDialog>
  );
}
