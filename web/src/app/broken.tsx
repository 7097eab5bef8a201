import { Anchor, Button, Container, Stack, Text, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';

/** Missing is shown for an address that leads nowhere. */
export function Missing() {
  return (
    <Container size="xs" py={80} component="main">
      <Stack>
        <Title order={1}>There is nothing here</Title>
        <Text>
          The address may be mistyped, or what it named is in another project. <Anchor href="/">Go to the flags</Anchor>
          .
        </Text>
      </Stack>
    </Container>
  );
}

/** Broken is shown when a page cannot be drawn. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <Container size="xs" py={80} component="main">
      <Stack align="flex-start">
        <Title order={1}>This page could not be shown</Title>
        <Text>{error instanceof Error ? error.message : String(error)}</Text>
        <Button onClick={reset}>Try again</Button>
      </Stack>
    </Container>
  );
}
