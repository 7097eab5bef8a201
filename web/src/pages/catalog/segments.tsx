import { Button, Group, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, commandHeaders, type Schemas } from '../../api/client';
import { flags as flagsQuery, segments as segmentsQuery } from '../../api/queries';
import { ChangeDialog } from '../../parts/change';
import { useHere, useMay } from '../../parts/here';
import { Page } from '../../parts/page';
import { Empty, Loaded } from '../../parts/problem';
import { count } from '../../parts/words';
import { ClauseEditor } from '../flag/rule';
import { operators } from '../flag/validate';

type View = Schemas['SegmentView'];
type Segment = Schemas['Segment'];
type Place = 'included' | 'excluded';

/** Segments are sets of units that several flags name. */
export function Segments() {
  const { project } = useHere();
  const query = useQuery(segmentsQuery(project));
  const flags = useQuery(flagsQuery(project)).data ?? [];
  const mayEdit = useMay('editor');
  const [edited, setEdited] = useState<View | 'new' | null>(null);
  const usedBy = (key: string) =>
    flags
      .filter((f) =>
        Object.values(f.environments).some((p) =>
          p.config.rules?.some((r) => r.clauses?.some((c) => c.op === 'inSegment' && c.values?.includes(key))),
        ),
      )
      .map((f) => f.key);
  return (
    <Page
      title="Segments"
      text="Sets of units that rules of several flags name. Change one, and all of them follow."
      action={mayEdit && <Button onClick={() => setEdited('new')}>Create a segment</Button>}
    >
      <Loaded query={query}>
        {(list) => {
          const shown = list.filter((s) => !s.archived);
          if (shown.length === 0) {
            return (
              <Empty title="There are no segments yet">
                <Text>For example “beta customers”: a list of accounts, or everybody whose plan is enterprise.</Text>
              </Empty>
            );
          }
          return (
            <Stack gap="xs">
              {shown.map((s) => (
                <Group key={s.key} className="panel" p="md" justify="space-between" align="flex-start">
                  <div style={{ minWidth: 0, flex: '1 1 260px' }}>
                    <Text fw={600}>{s.name || s.key}</Text>
                    {summary(s.segment).map((line) => (
                      <Text key={line} size="sm">
                        {line}
                      </Text>
                    ))}
                    <Text size="sm" c="dimmed">
                      {usedBy(s.key).length ? `Used by ${usedBy(s.key).join(', ')}` : 'No flag uses it'}
                    </Text>
                  </div>
                  <Button size="xs" variant="default" onClick={() => setEdited(s)}>
                    {mayEdit ? 'Edit' : 'Show'}
                  </Button>
                </Group>
              ))}
            </Stack>
          );
        }}
      </Loaded>
      {edited && (
        <Editor
          key={edited === 'new' ? '' : edited.key}
          project={project}
          saved={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Page>
  );
}

function summary(s: Segment): string[] {
  const lines: string[] = [];
  for (const list of s.included ?? [])
    lines.push(`${count(list.values?.length ?? 0)} included by ${list.by || 'targetingKey'}`);
  for (const rule of s.rules ?? []) {
    lines.push(
      (rule.clauses ?? [])
        .map(
          (c) =>
            `${c.attribute} ${c.negate ? 'not ' : ''}${operators.find((o) => o.value === c.op)?.label ?? c.op} ${(c.values ?? []).map(String).join(', ')}`,
        )
        .join(' and '),
    );
  }
  for (const list of s.excluded ?? [])
    lines.push(`${count(list.values?.length ?? 0)} excluded by ${list.by || 'targetingKey'}`);
  return lines.length ? lines : ['Nobody is in it.'];
}

function Editor({ project, saved, onClose }: { project: string; saved: View | null; onClose: () => void }) {
  const [key, setKey] = useState(saved?.key ?? '');
  const [name, setName] = useState(saved?.name ?? '');
  const [segment, setSegment] = useState<Segment>(saved?.segment ?? { included: [{ by: '', values: [] }] });
  const lists = (place: Place) => segment[place] ?? [];
  const setLists = (place: Place, next: Schemas['SegmentList'][]) => setSegment({ ...segment, [place]: next });
  const rules = segment.rules ?? [];
  const send = (reason: string) => {
    const { version: _, ...body } = segment;
    const clean = {
      ...body,
      included: lists('included').filter((l) => l.values?.length),
      excluded: lists('excluded').filter((l) => l.values?.length),
    };
    return answer(
      api.PUT('/api/v1/projects/{project}/segments/{key}', {
        params: {
          path: { project, key },
          header: { ...commandHeaders(), ...(saved ? { 'If-Match': `"${saved.seq}"` } : {}) },
        },
        body: { name, segment: clean, reason },
      }),
    );
  };
  return (
    <ChangeDialog
      title={saved ? `Segment ${saved.key}` : 'Create a segment'}
      action="Save"
      size="lg"
      disabled={key === ''}
      send={send}
      onClose={onClose}
    >
      <Group grow>
        <TextInput
          label="Key"
          required
          disabled={saved !== null}
          value={key}
          onChange={(e) => setKey(e.currentTarget.value)}
        />
        <TextInput label="Name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
      </Group>
      {(['included', 'excluded'] as const).map((place) => (
        <Stack key={place} gap={4}>
          <Text fw={600} size="sm">
            {place === 'included' ? 'Always in' : 'Never in'}
          </Text>
          {lists(place).map((list, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lists have no identity but their place
            <Group key={i} gap="xs" align="flex-end">
              <TextInput
                aria-label="Attribute"
                placeholder="targetingKey"
                w={140}
                size="xs"
                value={list.by ?? ''}
                onChange={(e) => setLists(place, lists(place).with(i, { ...list, by: e.currentTarget.value }))}
              />
              <TagsInput
                aria-label={`Units ${place}`}
                placeholder="Paste or type, separated by commas"
                style={{ flex: 1 }}
                size="xs"
                splitChars={[',', ' ', '\n']}
                acceptValueOnBlur
                value={list.values ?? []}
                onChange={(values) => setLists(place, lists(place).with(i, { ...list, values }))}
              />
            </Group>
          ))}
          <Button
            size="compact-xs"
            variant="subtle"
            style={{ alignSelf: 'flex-start' }}
            onClick={() => setLists(place, [...lists(place), { by: '', values: [] }])}
          >
            Add a list
          </Button>
        </Stack>
      ))}
      <Text fw={600} size="sm">
        In, if all of these conditions hold
      </Text>
      {rules.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
        <Stack key={i} className="panel" p="xs" gap={6}>
          {(rule.clauses ?? []).map((c, j) => (
            <ClauseEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
              key={j}
              clause={c}
              first={j === 0}
              segments={[]}
              error={undefined}
              disabled={false}
              onChange={(next) =>
                setSegment({ ...segment, rules: rules.with(i, { clauses: (rule.clauses ?? []).with(j, next) }) })
              }
              onRemove={() =>
                setSegment({
                  ...segment,
                  rules: rules
                    .with(i, { clauses: (rule.clauses ?? []).filter((_, n) => n !== j) })
                    .filter((r) => r.clauses?.length),
                })
              }
            />
          ))}
          <Button
            size="compact-xs"
            variant="subtle"
            style={{ alignSelf: 'flex-start' }}
            onClick={() =>
              setSegment({
                ...segment,
                rules: rules.with(i, { clauses: [...(rule.clauses ?? []), { attribute: '', op: 'in', values: [] }] }),
              })
            }
          >
            And
          </Button>
        </Stack>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        style={{ alignSelf: 'flex-start' }}
        onClick={() =>
          setSegment({ ...segment, rules: [...rules, { clauses: [{ attribute: '', op: 'in', values: [] }] }] })
        }
      >
        {rules.length ? 'Or, if all of these' : 'Add conditions'}
      </Button>
    </ChangeDialog>
  );
}
