// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtualised table have places of their own, which those of a table cannot
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are for reading; the link in each is what takes the focus
import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef, useState } from 'react';
import { type Flag, usage } from '../../api/queries';
import { useHere } from '../../parts/here';
import { When } from '../../parts/when';
import { actorName, count, staleWords, stateOf } from '../../parts/words';

const rowHeight = 60;

/** FlagList draws the rows that are in sight. */
export function FlagList({ flags }: { flags: Flag[] }) {
  const { project, environment, environments } = useHere();
  const used = useQuery({ ...usage(project, environment), enabled: environment !== '' });
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(box.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: flags.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (i) => flags[i]?.key ?? i,
  });
  return (
    <div role="table" aria-label="Flags" aria-rowcount={flags.length + 1}>
      <div role="row" className="flag-row flag-head">
        <span role="columnheader">Flag</span>
        <span role="columnheader">Owner, tags</span>
        <span role="columnheader">State</span>
        <Tooltip label={`Units that met the flag in ${environment} in the last 24 hours`}>
          <span role="columnheader" style={{ textAlign: 'end' }}>
            Units, 24 h
          </span>
        </Tooltip>
        <span role="columnheader">Last change</span>
      </div>
      <div ref={box} role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((item) => {
          const flag = flags[item.index];
          if (!flag) return null;
          return (
            <div
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${item.start - top}px)` }}
            >
              <Row
                flag={flag}
                project={project}
                environment={environment}
                environments={environments.map((e) => e.key).join(' ')}
                units={used.data?.flags[flag.key]?.units ?? (used.data ? 0 : null)}
                index={item.index}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  flag: Flag;
  project: string;
  environment: string;
  environments: string; // separated by spaces
  units: number | null;
  index: number;
}

const Row = memo(function Row({ flag, project, environment, environments, units, index }: RowProps) {
  const { details } = flag;
  return (
    <div role="row" aria-rowindex={index + 2} className="flag-row flag-link">
      <div role="cell" style={{ minWidth: 0 }}>
        <Group gap={8} wrap="nowrap">
          <Text fw={600} truncate component="div">
            <Link
              className="row-link"
              to="/p/$project/flags/$flag/targeting"
              params={{ project, flag: flag.key }}
              preload={false}
            >
              {flag.key}
            </Link>
          </Text>
          {flag.type !== 'boolean' && (
            <Badge size="xs" variant="default" tt="none" style={{ flex: 'none' }}>
              {flag.type}
            </Badge>
          )}
          <Stage flag={flag} />
        </Group>
        <Text size="sm" c="dimmed" truncate title={details.description}>
          {details.description || details.name || '—'}
        </Text>
      </div>
      <Text role="cell" size="sm" component="div" truncate>
        {details.owner || <span style={{ color: 'var(--mantine-color-dimmed)' }}>nobody</span>}
        <Text size="xs" c="dimmed" truncate>
          {details.tags?.join(', ')}
        </Text>
      </Text>
      <div role="cell" style={{ minWidth: 0 }}>
        <PlaceState flag={flag} environment={environment} strong />
        <Text size="xs" c="dimmed" truncate>
          {environments
            .split(' ')
            .filter((e) => e !== environment)
            .map((e) => `${e} ${stateOf(flag, flag.environments[e]).text}`)
            .join(' · ')}
        </Text>
      </div>
      <Text role="cell" size="sm" className="figures" ta="end">
        {units === null ? '' : count(units)}
      </Text>
      <div role="cell" style={{ minWidth: 0 }}>
        <Text size="sm" component="div">
          <When at={flag.changedAt} />
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {actorName(flag.changedBy)}
        </Text>
      </div>
    </div>
  );
});

function Stage({ flag }: { flag: Flag }) {
  if (flag.frozen) {
    return (
      <Tooltip label={flag.frozen.reason}>
        <Badge size="xs" color="red" style={{ flex: 'none' }}>
          frozen
        </Badge>
      </Tooltip>
    );
  }
  if (!flag.stale && !flag.archived) return null;
  return (
    <Tooltip label={flag.archived ? 'It is in no ruleset any more.' : staleWords(flag)}>
      <Badge size="xs" variant="outline" color={flag.archived ? 'gray' : 'orange'} style={{ flex: 'none' }}>
        {flag.archived ? 'archived' : 'stale'}
      </Badge>
    </Tooltip>
  );
}

/** PlaceState shows what a flag does in an environment. */
export function PlaceState({ flag, environment, strong }: { flag: Flag; environment: string; strong: boolean }) {
  const state = stateOf(flag, flag.environments[environment]);
  return (
    <span className="place-state" style={{ fontWeight: strong ? 600 : 400 }}>
      <span
        className="dot"
        data-on={state.tone === 'on'}
        data-wait={state.tone === 'wait'}
        data-bad={state.tone === 'bad'}
      />
      <span style={strong ? undefined : { color: 'var(--mantine-color-dimmed)' }}>{environment}</span>
      <span className="figures">{state.text}</span>
    </span>
  );
}
