import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The built scripts and styles of the page. */
export interface Assets {
  /** Folder that is served as /assets. */
  readonly folder: string;
  readonly script: string;
  readonly styles: readonly string[];
}

const ENTRY = 'web/entry.tsx';

/** Finds in `folder` what vite has built there. */
export function assetsIn(folder: string): Assets {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8'));
  const { file, css = [] }: { file: string; css?: string[] } = manifest[ENTRY];
  return { folder: join(folder, 'assets'), script: `/${file}`, styles: css.map((name) => `/${name}`) };
}
