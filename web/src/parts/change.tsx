import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Problem } from './problem';
import { Reason } from './reason';

interface Props {
  title: string;
  action: string;
  color?: string;
  size?: string;
  disabled?: boolean;
  reasonRequired?: boolean;
  send: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** ChangeDialog asks for what a change needs, sends it, and says what went wrong. */
export function ChangeDialog(props: Props) {
  const { title, action, color, size = 'md', disabled, reasonRequired, send, onClose, children } = props;
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
          <Reason value={reason} onChange={setReason} required={reasonRequired} />
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
