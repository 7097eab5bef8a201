import { Alert, Button, Group, Slider, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import { type Flag, flagHistory, flag as flagQuery } from '../../api/queries';
import { Diff } from '../../parts/diff';
import { useHere, useMay } from '../../parts/here';
import { Loaded } from '../../parts/problem';
import { When } from '../../parts/when';
import { stateOf } from '../../parts/words';
import { EventRow } from './event';
import { Revert } from './revert';

/** FlagHistory is the life of a flag: a slider over its moments, and its events. */
export function FlagHistory() {
  const { project, flag: key } = useHere();
  const history = useQuery(flagHistory(project, key));
  const flag = useQuery(flagQuery(project, key)).data;
  const mayEdit = useMay('editor');
  const [at, setAt] = useState<number | null>(null);
  const [reverting, setReverting] = useState<string | null>(null);
  if (!flag) return null;
  return (
    <Loaded query={history}>
      {(events) => {
        const index = at === null ? events.length - 1 : Math.min(at, events.length - 1);
        const moment = events[index];
        return (
          <Stack gap="lg">
            <Stack className="panel" p="md" gap="sm" component="section" aria-label="As it was">
              <Group justify="space-between">
                <div>
                  <Title order={2}>As it was</Title>
                  <Text size="sm" c="dimmed" component="div">
                    {moment ? (
                      <>
                        After event {moment.seq}, <When at={moment.at} exact />
                      </>
                    ) : (
                      'Nothing has happened yet.'
                    )}
                  </Text>
                </div>
                {moment && index < events.length - 1 && (
                  <Button variant="default" disabled={!mayEdit} onClick={() => setReverting(moment.seq)}>
                    Make it so again
                  </Button>
                )}
              </Group>
              {events.length > 1 && (
                <Slider
                  min={0}
                  max={events.length - 1}
                  value={index}
                  onChange={setAt}
                  label={(i) => `#${events[i]?.seq ?? ''}`}
                  thumbLabel="Moment in the flag's life"
                  mb={4}
                />
              )}
              {moment && index < events.length - 1 && <Then flag={flag} seq={moment.seq} />}
            </Stack>
            <div className="panel">
              {events.toReversed().map((e) => (
                <EventRow
                  key={e.seq}
                  event={e}
                  action={
                    mayEdit && e.seq !== events.at(-1)?.seq ? (
                      <Button size="compact-xs" variant="subtle" onClick={() => setReverting(e.seq)}>
                        Revert to this
                      </Button>
                    ) : undefined
                  }
                />
              ))}
            </div>
            {reverting && <Revert project={project} flag={key} to={reverting} onClose={() => setReverting(null)} />}
          </Stack>
        );
      }}
    </Loaded>
  );
}

/** Then compares the flag of a moment with what it is now. */
function Then({ flag, seq }: { flag: Flag; seq: string }) {
  const { project, environments } = useHere();
  const then = useQuery({
    queryKey: ['past', project, flag.key, seq],
    queryFn: () =>
      answer(
        api.GET('/api/v1/projects/{project}/flags/{flag}', {
          params: { path: { project, flag: flag.key }, query: { at: seq } },
        }),
      ),
  });
  return (
    <Loaded query={then}>
      {(old) => (
        <Stack gap="xs">
          <Group gap="lg">
            {environments.map((e) => {
              const state = stateOf(old, old.environments[e.key ?? '']);
              return (
                <span key={e.key} className="place-state">
                  <span
                    className="dot"
                    data-on={state.tone === 'on'}
                    data-wait={state.tone === 'wait'}
                    data-bad={state.tone === 'bad'}
                  />
                  {e.name || e.key} <b className="figures">{state.text}</b>
                </span>
              );
            })}
          </Group>
          <Text size="sm" c="dimmed">
            What has changed since:
          </Text>
          {same(old, flag) ? (
            <Alert color="gray" title="Nothing: it is the same now" py="xs" />
          ) : (
            <Diff before={shown(old)} after={shown(flag)} />
          )}
        </Stack>
      )}
    </Loaded>
  );
}

/** shown is what a person changes about a flag. */
function shown(f: Flag) {
  const environments = Object.fromEntries(Object.entries(f.environments).map(([k, p]) => [k, p.config]));
  return { archived: f.archived || undefined, details: f.details, variants: f.variants, environments };
}

const same = (a: Flag, b: Flag) => JSON.stringify(shown(a)) === JSON.stringify(shown(b));
