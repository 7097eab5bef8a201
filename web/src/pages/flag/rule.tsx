import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { ServeEditor } from './serve';
import { type Clause, operators, type Rule, typed, valuesOf, type Wrong } from './validate';

interface RuleProps {
  rule: Rule;
  index: number;
  last: boolean;
  variants: string[];
  segments: string[];
  wrong: Wrong[];
  disabled: boolean;
  onChange: (rule: Rule) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** RuleEditor edits one rule: who it is for, and what they get. */
export function RuleEditor({
  rule,
  index,
  last,
  variants,
  segments,
  wrong,
  disabled,
  onChange,
  onMove,
  onRemove,
}: RuleProps) {
  const at = `rules.${index}`;
  const error = (where: string) => wrong.find((w) => w.at === where)?.message;
  const clauses = rule.clauses ?? [];
  const setClause = (i: number, c: Clause | null) =>
    onChange({ ...rule, clauses: c ? clauses.with(i, c) : clauses.filter((_, j) => j !== i) });
  return (
    <Stack className="panel" p="md" gap="sm" role="group" aria-label={`Rule ${index + 1}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-end">
        <TextInput
          label={`Rule ${index + 1}`}
          placeholder="What it is for"
          size="sm"
          style={{ flex: 1, maxWidth: 420 }}
          disabled={disabled}
          value={rule.description ?? ''}
          onChange={(e) => onChange({ ...rule, description: e.currentTarget.value })}
        />
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Move rule ${index + 1} up`}
            disabled={disabled || index === 0}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Move rule ${index + 1} down`}
            disabled={disabled || last}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={`Remove rule ${index + 1}`}
            disabled={disabled}
            onClick={onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Group>
      {clauses.map((c, i) => (
        <ClauseEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={i}
          clause={c}
          first={i === 0}
          segments={segments}
          error={error(`${at}.clauses.${i}`)}
          disabled={disabled}
          onChange={(next) => setClause(i, next)}
          onRemove={() => setClause(i, null)}
        />
      ))}
      {error(at) && (
        <Text size="sm" c="red">
          {error(at)}
        </Text>
      )}
      <Button
        variant="subtle"
        size="xs"
        leftSection={<IconPlus size={14} />}
        style={{ alignSelf: 'flex-start' }}
        disabled={disabled}
        onClick={() => onChange({ ...rule, clauses: [...clauses, { attribute: '', op: 'in', values: [] }] })}
      >
        Add a condition
      </Button>
      <ServeEditor
        label="They get"
        serve={rule.serve}
        variants={variants}
        disabled={disabled}
        error={error(`${at}.serve`)}
        onChange={(serve) => onChange({ ...rule, serve })}
      />
    </Stack>
  );
}

interface ClauseProps {
  clause: Clause;
  first: boolean;
  segments: string[];
  error: string | undefined;
  disabled: boolean;
  onChange: (clause: Clause) => void;
  onRemove: () => void;
}

export function ClauseEditor({ clause, first, segments, error, disabled, onChange, onRemove }: ClauseProps) {
  const kind = valuesOf(clause.op);
  const values = (clause.values ?? []).map(String);
  return (
    <Stack gap={4}>
      <Group gap="xs" align="center">
        <Text size="sm" c="dimmed" w={28}>
          {first ? 'if' : 'and'}
        </Text>
        {kind !== 'segment' && (
          <TextInput
            aria-label="Attribute"
            placeholder="plan"
            size="xs"
            w={130}
            disabled={disabled}
            value={clause.attribute ?? ''}
            onChange={(e) => onChange({ ...clause, attribute: e.currentTarget.value })}
          />
        )}
        <Checkbox
          size="xs"
          label="not"
          disabled={disabled}
          checked={clause.negate ?? false}
          onChange={(e) => onChange({ ...clause, negate: e.currentTarget.checked })}
        />
        <NativeSelect
          aria-label="Relation"
          size="xs"
          w={160}
          disabled={disabled}
          value={clause.op === 'equals' ? 'in' : (clause.op ?? 'in')}
          data={operators.map(({ value, label }) => ({ value, label }))}
          onChange={(e) => {
            const op = e.currentTarget.value;
            const kept =
              valuesOf(op) === 'none' || valuesOf(op) === 'segment' || kind === 'segment'
                ? []
                : values.map((v) => typed(v, op));
            onChange({ ...clause, op, values: kept, ...(valuesOf(op) === 'segment' ? { attribute: '' } : {}) });
          }}
        />
        {kind !== 'none' && (
          <TagsInput
            aria-label="Values"
            placeholder={values.length ? '' : kind === 'segment' ? 'Segment' : 'Type a value, then Enter'}
            size="xs"
            style={{ flex: '1 1 160px' }}
            data={kind === 'segment' ? segments : []}
            disabled={disabled}
            value={values}
            acceptValueOnBlur
            onChange={(list) => onChange({ ...clause, values: list.map((v) => typed(v, clause.op)) })}
          />
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Remove the condition"
          disabled={disabled}
          onClick={onRemove}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </Group>
      {error && (
        <Text size="xs" c="red" ps={38}>
          {error}
        </Text>
      )}
    </Stack>
  );
}
