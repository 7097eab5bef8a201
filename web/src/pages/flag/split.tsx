import { Group, NumberInput, Slider, Stack, Text, TextInput } from '@mantine/core';
import type { Schemas } from '../../api/client';

type Split = Schemas['Split'];

/** Shares are kept in thousandths of a percent, as the evaluator draws them. */
const whole = 100_000;

/** sharesOf gives the variants' shares of the whole. */
export function sharesOf(split: Split, variants: readonly string[]): number[] {
  const weights = variants.map((v) => split.weights?.find((w) => w.variant === v)?.weight ?? 0);
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total === 0) return variants.map((_, i) => (i === variants.length - 1 ? whole : 0));
  // What rounding down leaves goes to those who lost most by it.
  const exact = weights.map((w) => (w * whole) / total);
  const shares = exact.map(Math.floor);
  const left = whole - shares.reduce((sum, s) => sum + s, 0);
  const losers = exact.map((x, i) => ({ i, lost: x - Math.floor(x) })).sort((a, b) => b.lost - a.lost);
  for (const { i } of losers.slice(0, left)) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}

/** withShare sets one share; the last variant has what the others leave, so that the sum is always the whole. */
export function withShare(shares: readonly number[], at: number, share: number): number[] {
  const others = shares.slice(0, -1).reduce((sum, s, i) => (i === at ? sum : sum + s), 0);
  const mine = Math.max(0, Math.min(Math.round(share), whole - others));
  return [...shares.slice(0, -1).map((s, i) => (i === at ? mine : s)), whole - others - mine];
}

interface Props {
  split: Split;
  variants: string[];
  disabled: boolean;
  onChange: (split: Split) => void;
}

/** SplitEditor shares the units out among variants. It cannot be wrong: the last variant takes the rest. */
export function SplitEditor({ split, variants, disabled, onChange }: Props) {
  const shares = sharesOf(split, variants);
  const set = (at: number, percent: number) => {
    const next = withShare(shares, at, percent * 1_000);
    onChange({ ...split, weights: variants.map((variant, i) => ({ variant, weight: next[i] ?? 0 })) });
  };
  return (
    <Stack gap="sm">
      {variants.map((variant, i) => {
        const percent = (shares[i] ?? 0) / 1_000;
        const last = i === variants.length - 1;
        return (
          <Group key={variant} gap="md" wrap="nowrap">
            <Text w={96} size="sm" fw={600} truncate title={variant}>
              {variant}
            </Text>
            {last ? (
              <Text size="sm" c="dimmed" style={{ flex: 1 }}>
                the rest
              </Text>
            ) : (
              <Slider
                style={{ flex: 1 }}
                min={0}
                max={100}
                step={1}
                value={percent}
                disabled={disabled}
                label={null}
                thumbLabel={`Share of ${variant} in percent`}
                onChange={(value) => set(i, value)}
              />
            )}
            <NumberInput
              aria-label={`Share of ${variant} in percent`}
              w={104}
              size="xs"
              suffix="%"
              min={0}
              max={100}
              decimalScale={3}
              value={percent}
              disabled={disabled || last}
              onChange={(value) => typeof value === 'number' && set(i, value)}
            />
          </Group>
        );
      })}
      <TextInput
        label="Split by"
        description="The attribute whose value stays on one side: accountId keeps an account together"
        placeholder="targetingKey"
        maw={320}
        size="xs"
        disabled={disabled}
        value={split.by ?? ''}
        onChange={(e) => onChange({ ...split, by: e.currentTarget.value })}
      />
    </Stack>
  );
}
