import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Starts Chromium: that of the environment's CHROMIUM, or the one on PATH. */
export function launch(): Promise<Browser> {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
  const executablePath = process.env['CHROMIUM'] ?? found;
  if (!executablePath) {
    throw new Error('put Chromium on PATH, or say where it is in CHROMIUM');
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
