import { NativeSelect, Stack } from '@mantine/core';
import { SplitEditor } from './split';
import type { Serve } from './validate';

interface Props {
  label: string;
  serve: Serve | undefined;
  variants: string[];
  disabled?: boolean;
  error?: string | undefined;
  onChange: (serve: Serve) => void;
}

const share = ' split';

/** ServeEditor chooses a variant, or shares the units out. */
export function ServeEditor({ label, serve, variants, disabled = false, error, onChange }: Props) {
  return (
    <Stack gap="sm">
      <NativeSelect
        label={label}
        maw={320}
        size="sm"
        disabled={disabled}
        error={error}
        value={serve?.split ? share : (serve?.variant ?? '')}
        data={[
          ...(serve?.split || serve?.variant ? [] : [{ value: '', label: 'Choose a variant' }]),
          ...variants.map((v) => ({ value: v, label: v })),
          { value: share, label: 'a share of the units each' },
        ]}
        onChange={(e) => {
          const value = e.currentTarget.value;
          if (value !== share) onChange({ variant: value });
          else
            onChange({
              split: {
                weights: variants.map((variant) => ({ variant, weight: Math.floor(100_000 / variants.length) })),
              },
            });
        }}
      />
      {serve?.split && (
        <SplitEditor
          split={serve.split}
          variants={variants}
          disabled={disabled}
          onChange={(split) => onChange({ split })}
        />
      )}
    </Stack>
  );
}
