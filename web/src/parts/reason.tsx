import { TextInput, type TextInputProps } from '@mantine/core';

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'label'> {
  value: string;
  onChange: (reason: string) => void;
}

/** Reason asks why something is changed, for the history; required where the environment requires it. */
export function Reason({ value, onChange, required = false, ...props }: Props) {
  return (
    <TextInput
      label="Reason"
      placeholder={required ? undefined : 'For the history; may be left out'}
      {...props}
      required={required}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
