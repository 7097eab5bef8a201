import { Button, Code, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client';
import type { Flag } from '../../api/queries';
import { useHere } from '../../parts/here';
import { Problem } from '../../parts/problem';
import { Explained } from './explained';

const remembered = 'flagledger.context';

const example = `{
  "targetingKey": "user-1",
  "accountId": "acc-17",
  "plan": "free",
  "country": "GB"
}`;

function lastContext(): string {
  try {
    return localStorage.getItem(remembered) ?? example;
  } catch {
    return example;
  }
}

/** moment makes of what a field for times holds what the API takes: a sequence or a time in UTC. */
export function moment(text: string): string | undefined {
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? text : new Date(text).toISOString();
}

/** TryOut evaluates the flag for a context, now or at a moment of the past, and explains the decision. */
export function TryOut({ flag }: { flag: Flag }) {
  const { project, environment } = useHere();
  const [text, setText] = useState(lastContext);
  const [at, setAt] = useState('');
  const wrong = problemOf(text);
  const evaluate = useMutation({
    mutationFn: () => {
      const then = moment(at);
      return answer(
        api.POST('/api/v1/projects/{project}/environments/{environment}/evaluate', {
          params: { path: { project, environment }, query: then ? { at: then } : {} },
          body: { flag: flag.key, context: JSON.parse(text) as Record<string, unknown>, explain: true },
        }),
      );
    },
    onMutate: () => {
      try {
        localStorage.setItem(remembered, text);
      } catch {
        // it is then forgotten
      }
    },
  });
  const result = evaluate.data?.results?.[0];
  return (
    <Stack
      className="panel"
      p="md"
      gap="sm"
      component="section"
      aria-label="Try it out"
      style={{ position: 'sticky', top: 72 }}
    >
      <div>
        <Title order={2}>Try it out</Title>
        <Text size="sm" c="dimmed">
          What would somebody be served, and why? Nothing is recorded.
        </Text>
      </div>
      <Textarea
        label="Context"
        description="targetingKey and attributes, as JSON"
        autosize
        minRows={5}
        maxRows={16}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        value={text}
        error={wrong}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      <Group align="flex-end" gap="xs">
        <TextInput
          label="At"
          description="Empty for now"
          type="datetime-local"
          step={1}
          size="xs"
          style={{ flex: 1 }}
          value={at}
          onChange={(e) => setAt(e.currentTarget.value)}
        />
        <Button size="xs" disabled={wrong !== null} loading={evaluate.isPending} onClick={() => evaluate.mutate()}>
          Evaluate
        </Button>
      </Group>
      {evaluate.error && <Problem error={evaluate.error} title="It cannot be evaluated" />}
      {result && (
        <Stack gap="xs" role="status">
          <Text>
            <b>{result.variant ?? 'no variant'}</b> <Code>{JSON.stringify(result.value)}</Code>
          </Text>
          <Text size="xs" c="dimmed">
            version {result.version}, ruleset {evaluate.data?.revision}
          </Text>
          {result.explanation && <Explained explanation={result.explanation} />}
        </Stack>
      )}
    </Stack>
  );
}

function problemOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? null
      : 'It must be an object: {"targetingKey": "user-1"}';
  } catch (e) {
    return e instanceof Error ? `This is not JSON: ${e.message}` : 'This is not JSON.';
  }
}
