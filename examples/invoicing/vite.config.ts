import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite build` makes the page, `vite build --ssr` the server that renders it. */
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react()],
  logLevel: 'warn',
  build: isSsrBuild
    ? { outDir: 'dist/server', target: 'node20', rollupOptions: { input: 'server/main.ts' } }
    : { outDir: 'dist/web', manifest: true, rollupOptions: { input: 'web/entry.tsx' } },
  ssr: { external: true },
}));
