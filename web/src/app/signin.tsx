import { Alert, Button, Checkbox, Code, Container, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { failureOf } from '../api/client';
import { Logo } from '../parts/logo';
import { session } from './session';

/** check asks the server whom a token stands for, and says what is wrong with it. */
async function check(token: string): Promise<string | null> {
  let response: Response;
  try {
    response = await fetch('/api/v1/whoami', { headers: { Authorization: `Bearer ${token}` } });
  } catch {
    return 'The server does not answer. Is it running?';
  }
  if (response.status === 401) return 'The server does not know this token. It may be mistyped, revoked or expired.';
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) return failureOf(response.status, body).message;
  const { kind } = body as { kind?: string };
  return kind === 'admin' ? null : `This is a ${kind} key, for SDKs. People sign in with an admin token, fl_admin_...`;
}

/** SignIn asks for an admin token. */
export function SignIn() {
  const [token, setToken] = useState('');
  const [stay, setStay] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const problem = await check(token.trim());
    setBusy(false);
    setWrong(problem);
    if (!problem) session.begin(token.trim(), stay);
  };
  return (
    <Container size={420} py={{ base: 40, sm: 96 }} component="main">
      <form onSubmit={submit}>
        <Stack gap="lg">
          <Logo />
          <Title order={1}>Sign in</Title>
          <PasswordInput
            label="Admin token"
            description="It begins with fl_admin_"
            value={token}
            onChange={(e) => setToken(e.currentTarget.value)}
            error={wrong}
            autoFocus
            required
            autoComplete="current-password"
          />
          <Checkbox
            label="Stay signed in on this machine"
            checked={stay}
            onChange={(e) => setStay(e.currentTarget.checked)}
          />
          <Button type="submit" loading={busy}>
            Sign in
          </Button>
          <Alert color="gray" title="Where is my token?">
            <Text size="sm">
              The first start of the server left one in <Code>cli.json</Code> in its data folder. Who has one makes
              others:
            </Text>
            <Code block mt="xs">
              flagledger token create Ana --kind admin --role editor
            </Code>
          </Alert>
        </Stack>
      </form>
    </Container>
  );
}
