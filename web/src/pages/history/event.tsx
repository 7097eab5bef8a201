import { Badge, Button, Code, Collapse, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { When } from '../../parts/when';
import { actorName } from '../../parts/words';
import { Proof } from './proof';
import { environmentOf, sentence, tone } from './sentence';

type Event = Schemas['EventView'];

interface Props {
  event: Event;
  /** What else can be done about the event, such as reverting to it. */
  action?: ReactNode;
  onCause?: (cause: string) => void;
}

/** EventRow is one event of the ledger: what, who, when, why, and on demand everything. */
export function EventRow({ event, action, onCause }: Props) {
  const [opened, { toggle }] = useDisclosure();
  const environment = environmentOf(event);
  const { cause } = event;
  return (
    <div className="event-row" id={`event-${event.seq}`}>
      <Stack gap={0}>
        <Text size="sm" className="figures" c="dimmed">
          #{event.seq}
        </Text>
        <Text size="xs" component="div">
          <When at={event.at} />
        </Text>
      </Stack>
      <Stack gap={4} style={{ minWidth: 0 }}>
        <Group gap={8} justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="sm" style={{ minWidth: 0 }} component="div">
            <span
              className="dot"
              data-bad={tone(event) === 'bad'}
              data-on={tone(event) === 'good'}
              style={{ display: 'inline-block', marginInlineEnd: 8 }}
            />
            <b>{actorName(event.actor)}</b> {sentence(event)}
            {environment && (
              <Badge size="xs" variant="default" tt="none" ms={8}>
                {environment}
              </Badge>
            )}
          </Text>
          <Group gap={4} wrap="nowrap">
            {action}
            <Button size="compact-xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={opened}>
              {opened ? 'Less' : 'More'}
            </Button>
          </Group>
        </Group>
        {event.reason && (
          <Text size="sm" c="dimmed">
            {event.reason}
          </Text>
        )}
        <Collapse expanded={opened}>
          {opened && (
            <Stack gap="xs" pt={4}>
              <Text size="xs" c="dimmed" component="div">
                <When at={event.at} exact /> · {event.type} version {event.version} · part {event.part} of {event.parts}{' '}
                of command {event.command}
                {cause && (
                  <>
                    {' · because of '}
                    {onCause ? (
                      <Button size="compact-xs" variant="transparent" onClick={() => onCause(cause)}>
                        {cause}
                      </Button>
                    ) : (
                      cause
                    )}
                  </>
                )}
              </Text>
              <Proof seq={event.seq} />
              <Code block style={{ maxHeight: 360, overflow: 'auto' }}>
                {JSON.stringify(event.data, null, 2)}
              </Code>
            </Stack>
          )}
        </Collapse>
      </Stack>
    </div>
  );
}
