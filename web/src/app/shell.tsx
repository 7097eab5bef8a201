import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  Kbd,
  NativeSelect,
  NavLink,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import {
  IconBook2,
  IconChartHistogram,
  IconFlag,
  IconHeartbeat,
  IconHistory,
  IconKey,
  IconLogout,
  IconMoon,
  IconRecycle,
  IconSearch,
  IconServer,
  IconStairsUp,
  IconSun,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatchRoute, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { projects, whoami } from '../api/queries';
import { useHere } from '../parts/here';
import { MenuLink } from '../parts/links';
import { Logo } from '../parts/logo';
import { Missing } from './broken';
import { useConnected } from './live';
import { session } from './session';

const loadPalette = () => import('./palette');
const Palette = lazy(loadPalette);

/** usePalette fetches the palette's code when its key is about to be pressed, so that no typing is lost. */
function usePalette(): void {
  useEffect(() => {
    const fetchIt = (e: KeyboardEvent) => {
      if (e.key === 'Control' || e.key === 'Meta') void loadPalette();
    };
    window.addEventListener('keydown', fetchIt);
    return () => window.removeEventListener('keydown', fetchIt);
  }, []);
}

/** pages are the rooms of a project, in the order of the menu. */
export const pages = [
  { to: '/p/$project/flags', label: 'Flags', icon: IconFlag, keys: 'g f' },
  { to: '/p/$project/history', label: 'History', icon: IconHistory, keys: 'g h' },
  { to: '/p/$project/segments', label: 'Segments', icon: IconUsersGroup, keys: 'g s' },
  { to: '/p/$project/metrics', label: 'Metrics', icon: IconChartHistogram, keys: 'g m' },
  { to: '/p/$project/plans', label: 'Plans', icon: IconStairsUp, keys: 'g p' },
  { to: '/p/$project/hygiene', label: 'Hygiene', icon: IconRecycle, keys: 'g y' },
  { to: '/p/$project/environments', label: 'Environments', icon: IconServer, keys: 'g e' },
  { to: '/p/$project/keys', label: 'Keys', icon: IconKey, keys: 'g k' },
  { to: '/p/$project/system', label: 'System', icon: IconHeartbeat, keys: 'g t' },
] as const;

/** useJumps opens a page on g and its letter. */
function useJumps(project: string): void {
  const navigate = useNavigate();
  const [armed, setArmed] = useState(0);
  useHotkeys([
    ['g', () => setArmed(Date.now())],
    ...pages.map(({ to, keys }): [string, () => void] => [
      keys.slice(2),
      () => {
        if (Date.now() - armed < 1_500) void navigate({ to, params: { project } });
        setArmed(0);
      },
    ]),
  ]);
}

/** Shell is the frame around every page. */
export function Shell() {
  const [menu, { toggle, close }] = useDisclosure();
  const [palette, setPalette] = useState(false);
  const here = useHere();
  useJumps(here.project);
  usePalette();
  useHotkeys([
    ['mod+K', () => setPalette(true), { preventDefault: true }],
    ['?', () => setPalette(true)],
  ]);
  if (here.missing) return <Missing />;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !menu } }}
      padding={0}
    >
      <a href="#main" className="skip">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
          <Group wrap="nowrap" gap="sm">
            <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Link
              to="/p/$project/flags"
              params={{ project: here.project }}
              style={{ color: 'inherit', textDecoration: 'none' }}
            >
              <Logo />
            </Link>
          </Group>
          <Group wrap="nowrap" gap="xs">
            <Connection />
            <Button
              variant="default"
              size="xs"
              visibleFrom="sm"
              leftSection={<IconSearch size={14} />}
              rightSection={<Kbd size="xs">Ctrl K</Kbd>}
              onClick={() => setPalette(true)}
            >
              Search
            </Button>
            <ActionIcon
              variant="subtle"
              color="gray"
              hiddenFrom="sm"
              aria-label="Search"
              onClick={() => setPalette(true)}
            >
              <IconSearch size={18} />
            </ActionIcon>
            <Scheme />
            <Me />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Places />
        <AppShell.Section grow component={ScrollArea} mt="xs">
          <Menu onOpen={close} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </AppShell.Main>
      <Suspense>{palette && <Palette onClose={() => setPalette(false)} />}</Suspense>
    </AppShell>
  );
}

function Menu({ onOpen }: { onOpen: () => void }) {
  const { project } = useHere();
  const matches = useMatchRoute();
  return (
    <nav aria-label="Pages">
      {pages.map(({ to, label, icon: Icon }) => {
        const active = Boolean(matches({ to, fuzzy: true }));
        return (
          <MenuLink
            key={to}
            to={to}
            params={{ project }}
            label={label}
            leftSection={<Icon size={18} stroke={1.6} />}
            active={active}
            aria-current={active ? 'page' : undefined}
            onClick={onOpen}
            style={{ borderRadius: 8 }}
          />
        );
      })}
      <NavLink
        href="https://github.com/flagledger/flagledger#readme"
        target="_blank"
        rel="noreferrer"
        label="Documentation"
        leftSection={<IconBook2 size={18} stroke={1.6} />}
        style={{ borderRadius: 8 }}
      />
    </nav>
  );
}

/** Places chooses the project, if there are several, and the environment. */
function Places() {
  const navigate = useNavigate();
  const all = useQuery(projects());
  const { project, environment, environments } = useHere();
  return (
    <Stack gap={6} px={4} pt={4}>
      {(all.data?.length ?? 0) > 1 && (
        <NativeSelect
          size="xs"
          label="Project"
          value={project}
          data={all.data?.map((p) => ({ value: p.key, label: p.name || p.key }))}
          onChange={(e) =>
            void navigate({
              to: '/p/$project/flags',
              params: { project: e.currentTarget.value },
              search: { env: undefined },
            })
          }
        />
      )}
      <NativeSelect
        size="xs"
        label="Environment"
        value={environment}
        data={environments.map((e) => ({ value: e.key ?? '', label: e.name || (e.key ?? '') }))}
        onChange={(e) => {
          const env = e.currentTarget.value;
          void navigate({ to: '.', search: (old) => ({ ...old, env }) });
        }}
      />
    </Stack>
  );
}

function Connection() {
  const connected = useConnected();
  if (connected) return null;
  return (
    <Tooltip label="The server does not answer. What you see may be old; this page goes on by itself.">
      <Badge color="orange" variant="light" role="status">
        Reconnecting
      </Badge>
    </Tooltip>
  );
}

function Scheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark =
    colorScheme === 'dark' || (colorScheme === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Me() {
  const me = useQuery(whoami());
  const who = me.data ? `${me.data.name} (${me.data.role})` : '';
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" c="dimmed" visibleFrom="md">
        {who}
      </Text>
      <Tooltip label={`Sign out ${who}`}>
        <ActionIcon variant="subtle" color="gray" aria-label="Sign out" onClick={() => session.end()}>
          <IconLogout size={18} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
