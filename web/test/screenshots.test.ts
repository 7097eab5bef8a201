import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, root, type Server } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { test } from 'vitest';
import { Company } from './company.js';
import { Dashboard } from './dashboard.js';
import { Demo } from './demo.js';
import { pages } from './pages.js';

const folder = join(root, 'bin', 'screenshots', 'dashboard');

type Page = (typeof pages)[number];

/** Takes pictures of a page in light and dark at three widths. */
async function picture(browser: Browser, server: Pick<Server, 'url' | 'token'>, { name, path, ready }: Page) {
  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [390, 1280, 1920]) {
      const look = { width, height: width < 500 ? 844 : 1000, scheme };
      await using dashboard = await Dashboard.open(browser, server, path, look);
      await dashboard.shows(ready, 60_000);
      await dashboard.page.waitForTimeout(400); // charts measure their place first
      const file = join(folder, `${name}-${width}-${scheme}.png`);
      await dashboard.page.screenshot({ path: file, fullPage: name !== 'create' });
    }
  }
}

/** Pictures are for people to look at: "make screenshots". */
test.runIf(process.env['SCREENSHOTS'])(
  'every page in light and dark at three widths',
  async () => {
    mkdirSync(folder, { recursive: true });
    const browser = await launch();
    try {
      await using company = await Company.open();
      for (const page of pages) await picture(browser, company.server, page);
      await using demo = await Demo.start(700);
      const path = '/p/default/flags/new-pdf-engine/rollout?env=production';
      await picture(browser, demo.server, { name: 'rollout-live', path, ready: 'Evidence of harm' });
      await picture(browser, demo.server, { name: 'rollout-rolled-back', path, ready: 'Rolled back: nobody gets it' });
      await picture(browser, demo.server, {
        name: 'system-live',
        path: '/p/default/system?env=production',
        ready: 'Events stored',
      });
    } finally {
      await browser.close();
    }
  },
  600_000,
);
