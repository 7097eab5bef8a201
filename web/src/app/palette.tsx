import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { flags } from '../api/queries';
import { useHere } from '../parts/here';
import { pages } from './shell';

/** Palette finds flags and pages by typing. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const { project, environment } = useHere();
  const list = useQuery(flags(project));
  const [query, setQuery] = useState('');
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text: string) => words.every((w) => text.toLowerCase().includes(w));
  const found: SpotlightActionData[] = pages
    .filter((p) => has(p.label))
    .map((p) => ({
      id: p.to,
      label: p.label,
      description: `Go there with ${p.keys.split(' ').join(', then ')}`,
      onClick: () => void navigate({ to: p.to, params: { project } }),
    }));
  if (has('create a flag new')) {
    found.unshift({
      id: 'create',
      label: 'Create a flag',
      description: 'On the list of flags: c',
      onClick: () =>
        void navigate({ to: '/p/$project/flags', params: { project }, search: (old) => ({ ...old, create: 'yes' }) }),
    });
  }
  for (const f of list.data ?? []) {
    if (found.length > 60) break;
    if (!has(`${f.key} ${f.details.name ?? ''} ${f.details.owner ?? ''}`)) continue;
    found.push({
      id: `flag ${f.key}`,
      label: f.key,
      description: f.details.description ?? '',
      onClick: () =>
        void navigate({
          to: '/p/$project/flags/$flag/targeting',
          params: { project, flag: f.key },
          search: { env: environment },
        }),
    });
  }
  useEffect(() => {
    const leave = (e: KeyboardEvent) => e.key === 'Escape' && onClose();
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, [onClose]);
  return (
    <Spotlight
      actions={found.map((a) => ({
        ...a,
        onClick: (e) => {
          a.onClick?.(e);
          onClose();
        },
      }))}
      forceOpened
      query={query}
      onQueryChange={setQuery}
      filter={(_, actions) => actions}
      onSpotlightClose={onClose}
      closeOnClickOutside
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound="Nothing is called that."
      searchProps={{
        placeholder: 'Flags and pages',
        'aria-label': 'Search flags and pages',
      }}
    />
  );
}
