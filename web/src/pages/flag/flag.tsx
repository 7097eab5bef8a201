import { Alert, Badge, Group, Stack, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { type Flag, flag as flagQuery } from '../../api/queries';
import { useHere } from '../../parts/here';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/problem';
import { When } from '../../parts/when';
import { actorName, staleWords } from '../../parts/words';
import { PlaceState } from '../flags/list';
import { KillSwitch } from './kill';

const tabs = ['targeting', 'rollout', 'experiment', 'history', 'settings'] as const;

/** FlagPage is the frame of all that concerns one flag. */
export function FlagPage() {
  const { project, flag: key, environment, environments } = useHere();
  const query = useQuery(flagQuery(project, key));
  const navigate = useNavigate();
  const tab = useLocation({ select: (l) => l.pathname.split('/').pop() ?? '' });
  return (
    <Stack gap={0} p="md" maw={1640}>
      <Loaded query={query}>
        {(flag) => (
          <Stack gap="md">
            <Group justify="space-between" className="flag-bar">
              <Group gap="sm" style={{ minWidth: 0 }}>
                <Title order={1}>{flag.key}</Title>
                <Badge variant="default" tt="none">
                  {flag.type}
                </Badge>
                <Stage flag={flag} />
              </Group>
              <KillSwitch flag={flag} />
            </Group>
            <Stack gap={4}>
              {flag.details.description && <Text>{flag.details.description}</Text>}
              <Text size="sm" c="dimmed" component="div">
                <TextLink to="/p/$project/flags" params={{ project }} inherit>
                  Flags
                </TextLink>
                {flag.details.owner ? ` · ${flag.details.owner}` : ''}
                {(flag.details.tags ?? []).length > 0 && ` · ${flag.details.tags?.map((t) => `#${t}`).join(' ')}`} ·
                changed <When at={flag.changedAt} /> by {actorName(flag.changedBy)}
              </Text>
              <Group gap="lg" mt={6}>
                {environments.map((e) => (
                  <Link
                    key={e.key}
                    to="."
                    search={(old) => ({ ...old, env: e.key })}
                    aria-current={e.key === environment ? 'true' : undefined}
                    style={{
                      color: 'inherit',
                      textDecoration: 'none',
                      paddingBottom: 2,
                      borderBottom:
                        e.key === environment
                          ? '2px solid var(--mantine-primary-color-filled)'
                          : '2px solid transparent',
                    }}
                  >
                    <PlaceState flag={flag} environment={e.key ?? ''} strong={e.key === environment} />
                  </Link>
                ))}
              </Group>
            </Stack>
            {flag.stale && !flag.archived && (
              <Alert color="orange" title="This flag is stale: it can leave the code" py="xs">
                {(flag.stale.findings ?? []).map((f) => (
                  <Text key={f.rule + f.environment} size="sm">
                    It {f.message}.
                  </Text>
                ))}
              </Alert>
            )}
            {flag.frozen && (
              <Alert color="red" title="This flag is frozen at its last good state">
                Event {flag.frozen.seq} cannot be applied: {flag.frozen.reason}
              </Alert>
            )}
            <Tabs
              value={tab}
              onChange={(to) =>
                void navigate({
                  to: `/p/$project/flags/$flag/${to as (typeof tabs)[number]}`,
                  params: { project, flag: key },
                })
              }
              keepMounted={false}
            >
              <Tabs.List>
                {tabs.map((t) => (
                  <Tabs.Tab key={t} value={t} tt="capitalize">
                    {t}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={tab} pt="md">
                <Outlet />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        )}
      </Loaded>
    </Stack>
  );
}

function Stage({ flag }: { flag: Flag }) {
  if (!flag.stale && !flag.archived) return null;
  return (
    <Badge
      variant="outline"
      color={flag.archived ? 'gray' : 'orange'}
      title={flag.archived ? undefined : staleWords(flag)}
    >
      {flag.archived ? 'archived' : 'stale'}
    </Badge>
  );
}
