import { join } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  // The workspace's root, where the packages are linked from.
  turbopack: { root: join(import.meta.dirname, '../..') },
  // TypeScript 7 has no JavaScript API: Next.js asks its command line instead.
  experimental: { useTypeScriptCli: true },
};

export default config;
