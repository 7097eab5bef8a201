import { launch } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Company } from './company.js';
import { Dashboard } from './dashboard.js';
import { pages } from './pages.js';

let browser: Browser;
let company: Company;

beforeAll(async () => {
  [browser, company] = await Promise.all([launch(), Company.open()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await company?.[Symbol.asyncDispose]();
});

describe.each(pages)('the page $name', ({ path, ready }) => {
  test.each(['light', 'dark'] as const)(
    'has no barriers in %s, no complaints, and asks no other host',
    async (scheme) => {
      await using dashboard = await Dashboard.open(browser, company.server, path, { scheme });
      await dashboard.shows(ready);
      expect(await dashboard.barriers()).toEqual([]);
      expect(dashboard.complaints).toEqual([]);
    },
  );

  test('fits a window of 320 px and one of 4k', async () => {
    for (const width of [320, 3840]) {
      await using dashboard = await Dashboard.open(browser, company.server, path, { width, height: 700 });
      await dashboard.shows(ready);
      expect(await dashboard.overflow()).toBeLessThanOrEqual(0);
    }
  });
});

test('the list loads less than 200 KB of JavaScript', async () => {
  await using dashboard = await Dashboard.open(browser, company.server, '/p/default/flags');
  await dashboard.shows('ai-chatbot');
  const bytes = await dashboard.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((r) => r.name.endsWith('.js'))
      .reduce((sum, r) => sum + (r as PerformanceResourceTiming).encodedBodySize, 0),
  );
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(200_000);
});

test('the keyboard reaches pages, the palette and the search', async () => {
  await using dashboard = await Dashboard.open(browser, company.server, '/p/default/flags');
  await dashboard.shows('ai-chatbot');
  const { keyboard } = dashboard.page;
  await keyboard.press('/');
  await keyboard.type('pdf');
  await dashboard.page.waitForURL(/q=pdf/);
  await dashboard.page.getByText('ai-chatbot').first().waitFor({ state: 'detached' });
  await keyboard.press('Escape');
  await dashboard.role('heading', 'Flags').click();
  await keyboard.press('Control+k');
  await dashboard.page.getByLabel('Search flags and pages').waitFor();
  await keyboard.type('maintenance');
  await dashboard.page.getByRole('dialog').getByText('maintenance-mode').waitFor();
  await keyboard.press('Enter');
  await dashboard.role('heading', 'maintenance-mode').waitFor();
  await dashboard.role('heading', 'maintenance-mode').click();
  await keyboard.press('g');
  await keyboard.press('h');
  await dashboard.role('heading', 'History').waitFor();
  expect(dashboard.complaints).toEqual([]);
});

test('a server that goes away is said, and followed again when it is back', async () => {
  await using other = await Company.open();
  await using dashboard = await Dashboard.open(browser, other.server, '/p/default/flags');
  await dashboard.shows('ai-chatbot');
  await other.server.kill();
  await dashboard.shows('Reconnecting');
  await other.server.start();
  await other.server.cli('flag', 'create', 'made-while-away');
  await dashboard.shows('made-while-away');
  expect(dashboard.loads).toBe(1);
});
