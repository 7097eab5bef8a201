import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, root } from '@flagledger/testkit';
import { test } from 'vitest';
import { Company } from './company.js';
import { Dashboard } from './dashboard.js';
import { pages } from './pages.js';

const folder = join(root, 'bin', 'screenshots', 'dashboard');

/** Pictures are for people to look at: "make screenshots". */
test.runIf(process.env['SCREENSHOTS'])(
  'every page in light and dark at three widths',
  async () => {
    mkdirSync(folder, { recursive: true });
    const [browser, company] = await Promise.all([launch(), Company.open()]);
    try {
      for (const { name, path, ready } of pages) {
        for (const scheme of ['light', 'dark'] as const) {
          for (const width of [390, 1280, 1920]) {
            await using dashboard = await Dashboard.open(browser, company.server, path, {
              width,
              height: width < 500 ? 844 : 1000,
              scheme,
            });
            await dashboard.shows(ready);
            await dashboard.page.waitForTimeout(400); // charts measure their place first
            await dashboard.page.screenshot({
              path: join(folder, `${name}-${width}-${scheme}.png`),
              fullPage: name !== 'create',
            });
          }
        }
      }
    } finally {
      await browser.close();
      await company[Symbol.asyncDispose]();
    }
  },
  600_000,
);
