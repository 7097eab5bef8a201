// Builds the page and the server, then runs the server in this process.
import { build } from 'vite';

const root = import.meta.dirname;
await build({ root });
await build({ root, build: { ssr: true } });
await import('./dist/server/main.js');
