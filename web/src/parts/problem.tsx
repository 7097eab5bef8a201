import { Alert, Button, Center, List, Loader, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from '../api/client';

/** Problem says what went wrong, and at which field. */
export function Problem({ error, title, retry }: { error: Error; title?: string; retry?: () => void }) {
  const errors = error instanceof Failure ? error.errors : [];
  return (
    <Alert color="red" title={title ?? 'That did not work'} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {errors.length > 0 && (
          <List size="sm">
            {errors.map((e) => (
              <List.Item key={e.location + e.message}>
                <b>{e.location.replace(/^body\./, '')}</b> {e.message}
              </List.Item>
            ))}
          </List>
        )}
        {retry && (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Loaded shows what a query gave, or that it is on its way, or why it is not. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error)
    return <Problem error={query.error} title="This could not be read" retry={() => void query.refetch()} />;
  return (
    <Center py="xl" aria-busy="true">
      <Loader aria-label="Loading" />
    </Center>
  );
}

/** Empty teaches what belongs here. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack className="panel" p="xl" align="flex-start" gap="sm" maw={720}>
      <Title order={2}>{title}</Title>
      {children}
    </Stack>
  );
}
