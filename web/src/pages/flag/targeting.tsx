import { Alert, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { type Flag, flag as flagQuery, flags as flagsQuery, segments as segmentsQuery } from '../../api/queries';
import { lines } from '../../parts/diff';
import { useHere, useMay } from '../../parts/here';
import { Prerequisites, Targets } from './lists';
import { Review } from './review';
import { RuleEditor } from './rule';
import { Scheduled } from './scheduled';
import { ServeEditor } from './serve';
import { TryOut } from './tryout';
import { type Config, check, type Rule } from './validate';

/** Targeting edits who is served what in one environment, and tries it out. */
export function Targeting() {
  const { project, flag: key, environment } = useHere();
  const flag = useQuery(flagQuery(project, key)).data;
  const placed = flag?.environments[environment];
  if (!flag || !placed) return null;
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Editor key={environment} flag={flag} saved={placed.config} version={placed.version} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <TryOut flag={flag} />
      </Grid.Col>
    </Grid>
  );
}

interface EditorProps {
  flag: Flag;
  saved: Config;
  version: string;
}

/** Editor keeps a draft beside what is saved. A change by somebody else is shown, never overwritten silently. */
function Editor({ flag, saved, version }: EditorProps) {
  const { project, environment } = useHere();
  const mayEdit = useMay('editor');
  const segments = (useQuery(segmentsQuery(project)).data ?? []).filter((s) => !s.archived).map((s) => s.key);
  const flags = useQuery(flagsQuery(project)).data ?? [];
  const [draft, setDraft] = useState<{ from: string; config: Config } | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const config = draft?.config ?? saved;
  const dirty = draft !== null && lines(draft.config).join() !== lines(saved).join();
  const overtaken = dirty && draft.from !== version;
  const wrong = check(config, flag, segments);
  const variants = (flag.variants ?? []).map((v) => v.name ?? '');
  const ruled = flag.environments[environment]?.rollout?.status;
  const underPlan = ruled === 'running' || ruled === 'paused';
  const change = (next: Config) => setDraft({ from: draft?.from ?? version, config: next });
  const disabled = !mayEdit || flag.archived;
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving the change?'),
    enableBeforeUnload: dirty,
  });
  const common = { config, variants, wrong, disabled, onChange: change };
  return (
    <Stack gap="lg">
      {!config.on && (
        <Alert color="gray" title={`The flag is off in ${environment}`}>
          Everybody is served “{config.offVariant || flag.offVariant}”. The targeting below counts once it is turned on.
        </Alert>
      )}
      <Scheduled flag={flag} />
      <Section title="Prerequisites" text="Other flags that must serve certain variants; otherwise this flag is off.">
        <Prerequisites {...common} flags={flags} self={flag.key} />
      </Section>
      <Section title="Named units" text="Accounts or users that get a variant whatever the rules say.">
        <Targets {...common} />
      </Section>
      <Section title="Rules" text="The first rule that matches decides.">
        <Rules {...common} segments={segments} rules={config.rules ?? []} />
      </Section>
      <Section
        title="Everybody else"
        text={
          underPlan
            ? 'The rollout decides this share. Pause or abort it to change it by hand.'
            : 'Who is neither named nor matched by a rule.'
        }
      >
        <ServeEditor
          label="They get"
          serve={config.default}
          variants={variants}
          disabled={disabled || underPlan}
          error={wrong.find((w) => w.at === 'default')?.message}
          onChange={(serve) => change({ ...config, default: serve })}
        />
      </Section>
      {dirty && (
        <Paper shadow="md" withBorder p="sm" style={{ position: 'sticky', bottom: 12, zIndex: 5 }}>
          <Group justify="space-between">
            <Text size="sm" c={wrong.length || overtaken ? 'red' : undefined} role="status">
              {overtaken
                ? 'Somebody has changed this meanwhile. Discard your change to see theirs.'
                : wrong.length
                  ? `${wrong.length} ${wrong.length === 1 ? 'thing is' : 'things are'} not right yet.`
                  : 'Not saved yet.'}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={() => setDraft(null)}>
                Discard
              </Button>
              <Button disabled={wrong.length > 0 || overtaken} onClick={() => setReviewing(true)}>
                Review the change
              </Button>
            </Group>
          </Group>
        </Paper>
      )}
      {reviewing && dirty && (
        <Review
          flag={flag}
          before={saved}
          after={config}
          onClose={() => setReviewing(false)}
          onSaved={() => {
            setReviewing(false);
            setDraft(null);
          }}
        />
      )}
    </Stack>
  );
}

function Section({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <div>
        <Title order={2}>{title}</Title>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
      {children}
    </Stack>
  );
}

interface RulesProps {
  config: Config;
  rules: Rule[];
  variants: string[];
  segments: string[];
  wrong: ReturnType<typeof check>;
  disabled: boolean;
  onChange: (config: Config) => void;
}

/** newID names a rule; exposures and explanations refer to it. */
function newID(rules: readonly Rule[]): string {
  for (let n = rules.length + 1; ; n++) {
    if (!rules.some((r) => r.id === `rule-${n}`)) return `rule-${n}`;
  }
}

function Rules({ config, rules, variants, segments, wrong, disabled, onChange }: RulesProps) {
  const set = (next: Rule[]) => onChange({ ...config, rules: next });
  const move = (i: number, by: -1 | 1) => {
    const [a, b] = [rules[i], rules[i + by]];
    if (a && b) set(rules.with(i, b).with(i + by, a));
  };
  return (
    <Stack gap="sm">
      {rules.map((rule, i) => (
        <RuleEditor
          key={rule.id}
          rule={rule}
          index={i}
          last={i === rules.length - 1}
          variants={variants}
          segments={segments}
          wrong={wrong}
          disabled={disabled}
          onChange={(next) => set(rules.with(i, next))}
          onMove={(by) => move(i, by)}
          onRemove={() => set(rules.filter((_, j) => j !== i))}
        />
      ))}
      <Button
        variant="light"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        disabled={disabled}
        onClick={() =>
          set([
            ...rules,
            {
              id: newID(rules),
              clauses: [{ attribute: '', op: 'in', values: [] }],
              serve: { variant: variants[0] ?? '' },
            },
          ])
        }
      >
        Add a rule
      </Button>
    </Stack>
  );
}
