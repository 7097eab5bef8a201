import { ActionIcon, Button, Group, MultiSelect, NativeSelect, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Flag } from '../../api/queries';
import type { Config, Wrong } from './validate';

interface Props {
  config: Config;
  variants: string[];
  wrong: Wrong[];
  disabled: boolean;
  onChange: (config: Config) => void;
}

const Remark = ({ text }: { text: string | undefined }) =>
  text ? (
    <Text size="xs" c="red">
      {text}
    </Text>
  ) : null;

/** Targets are the units that get a variant by name, before any rule. */
export function Targets({ config, variants, wrong, disabled, onChange }: Props) {
  const targets = config.targets ?? [];
  const set = (next: NonNullable<Config['targets']>) => onChange({ ...config, targets: next });
  return (
    <Stack gap="xs">
      {targets.map((t, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lists have no identity but their place
        <Stack key={i} gap={4} className="panel" p="sm">
          <Group gap="xs" align="flex-end">
            <NativeSelect
              label="Variant"
              size="xs"
              data={variants}
              disabled={disabled}
              value={t.variant ?? ''}
              onChange={(e) => set(targets.with(i, { ...t, variant: e.currentTarget.value }))}
            />
            <TextInput
              label="Attribute"
              placeholder="targetingKey"
              size="xs"
              w={140}
              disabled={disabled}
              value={t.by ?? ''}
              onChange={(e) => set(targets.with(i, { ...t, by: e.currentTarget.value }))}
            />
            <TagsInput
              label={`Units (${t.values?.length ?? 0})`}
              placeholder="Paste or type, separated by commas"
              size="xs"
              splitChars={[',', ' ', '\n']}
              style={{ flex: '1 1 240px' }}
              disabled={disabled}
              value={t.values ?? []}
              acceptValueOnBlur
              onChange={(values) => set(targets.with(i, { ...t, values }))}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label="Remove the list"
              disabled={disabled}
              onClick={() => set(targets.filter((_, j) => j !== i))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          <Remark text={wrong.find((w) => w.at === `targets.${i}`)?.message} />
        </Stack>
      ))}
      <Button
        variant="subtle"
        size="xs"
        leftSection={<IconPlus size={14} />}
        style={{ alignSelf: 'flex-start' }}
        disabled={disabled}
        onClick={() => set([...targets, { variant: variants[0] ?? '', by: '', values: [] }])}
      >
        Add a list of units
      </Button>
    </Stack>
  );
}

/** Prerequisites are flags that must serve certain variants, or this one is off. */
export function Prerequisites({
  config,
  wrong,
  disabled,
  onChange,
  flags,
  self,
}: Props & { flags: Flag[]; self: string }) {
  const list = config.prerequisites ?? [];
  const set = (next: NonNullable<Config['prerequisites']>) => onChange({ ...config, prerequisites: next });
  const others = flags.filter((f) => f.key !== self && !f.archived);
  return (
    <Stack gap="xs">
      {list.map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: prerequisites have no identity but their place
        <Stack key={i} gap={4} className="panel" p="sm">
          <Group gap="xs" align="flex-end">
            <NativeSelect
              label="Flag"
              size="xs"
              data={['', ...others.map((f) => f.key)]}
              disabled={disabled}
              value={p.flag ?? ''}
              onChange={(e) => set(list.with(i, { flag: e.currentTarget.value, variants: [] }))}
            />
            <MultiSelect
              label="must serve"
              size="xs"
              style={{ flex: '1 1 200px' }}
              data={(others.find((f) => f.key === p.flag)?.variants ?? []).map((v) => v.name ?? '')}
              disabled={disabled}
              value={p.variants ?? []}
              onChange={(variants) => set(list.with(i, { ...p, variants }))}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              aria-label="Remove the prerequisite"
              disabled={disabled}
              onClick={() => set(list.filter((_, j) => j !== i))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
          <Remark text={wrong.find((w) => w.at === `prerequisites.${i}`)?.message} />
        </Stack>
      ))}
      <Button
        variant="subtle"
        size="xs"
        leftSection={<IconPlus size={14} />}
        style={{ alignSelf: 'flex-start' }}
        disabled={disabled}
        onClick={() => set([...list, { flag: '', variants: [] }])}
      >
        Add a prerequisite
      </Button>
    </Stack>
  );
}
