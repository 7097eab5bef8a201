import '@mantine/core/styles.css';
import './app/page.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { useLive } from './app/live';
import { client, router } from './app/router';
import { session } from './app/session';
import { SignIn } from './app/signin';
import { theme } from './app/theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce); // for the style by which dialogs keep the page from scrolling

function Page() {
  const token = useSyncExternalStore(session.subscribe, session.token);
  useLive(client, token);
  if (!token) {
    client.clear();
    return <SignIn />;
  }
  return <RouterProvider router={router} />;
}

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={client}>
        <Page />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
