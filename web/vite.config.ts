import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** In development the API comes from FLAGLEDGER_SERVER; in use, page and API have one origin. */
const server = process.env['FLAGLEDGER_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  logLevel: 'warn',
  build: { outDir: 'dist', emptyOutDir: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: Object.fromEntries(['/api', '/readyz', '/metrics'].map((path) => [path, server])) },
});
