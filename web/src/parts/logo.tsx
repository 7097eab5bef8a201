import { Group, Text } from '@mantine/core';

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/icon.svg" alt="" width={26} height={26} />
      <Text fw={700} size="lg" component="span" style={{ letterSpacing: '-0.02em' }}>
        flagledger
      </Text>
    </Group>
  );
}
