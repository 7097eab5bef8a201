import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Problem } from './problem';

interface Props {
  title: string;
  action: string;
  color?: string;
  size?: string;
  disabled?: boolean;
  send: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** ChangeDialog asks for what a change needs, sends it, and says what went wrong. */
export function ChangeDialog({ title, action, color, size = 'md', disabled, send, onClose, children }: Props) {
  const [reason, setReason] = useState('');
  const act = useMutation({ mutationFn: () => send(reason), onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={title} size={size}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          act.mutate();
        }}
      >
        <Stack>
          {children}
          <TextInput
            label="Reason"
            description="For the history; may be left out"
            value={reason}
            onChange={(e) => setReason(e.currentTarget.value)}
          />
          {act.error && <Problem error={act.error} title="Nothing was changed" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color={color} loading={act.isPending} disabled={disabled}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
