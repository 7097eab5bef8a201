import { readFile } from 'node:fs/promises';
import { createFlagClient } from '@flagledger/node';
import { launch } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Company } from './company.js';
import { Dashboard } from './dashboard.js';
import { Demo } from './demo.js';

let browser: Browser;
let company: Company;

beforeAll(async () => {
  [browser, company] = await Promise.all([launch(), Company.open()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await company?.[Symbol.asyncDispose]();
});

const open = (path: string) => Dashboard.open(browser, company.server, path);

test('somebody without a token sees nothing, and a wrong one is explained', async () => {
  const profile = await browser.newContext();
  const page = await profile.newPage();
  await page.goto(`${company.server.url}/p/default/flags`);
  await page.getByLabel('Admin token').fill('fl_admin_nobody_knowsthis');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('does not know this token').waitFor();
  await page.getByLabel('Admin token').fill(company.server.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('ai-chatbot').first().waitFor();
  await profile.close();
});

test('create a flag and roll it out', async () => {
  await using dashboard = await open('/p/default/flags');
  await dashboard.role('button', 'Create a flag').click();
  await dashboard.role('textbox', 'Name').fill('Faster search');
  await dashboard.role('textbox', 'Owner').fill('web');
  await dashboard.page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await dashboard.role('heading', 'faster-search').waitFor();
  await dashboard.page.getByLabel('Bucket by').fill('accountId');
  await dashboard.role('button', 'Start in production').click();
  await dashboard.role('list', 'Stages').waitFor();
  const flag = await company.server.call('GET', '/api/v1/projects/default/flags/faster-search');
  expect(flag).toMatchObject({
    environments: { production: { rollout: { status: 'running', percentage: 5, by: 'accountId' } } },
  });
  await dashboard.role('button', 'Pause').click();
  await dashboard.page.getByRole('dialog').getByLabel('Reason').fill('the week is over');
  await dashboard.page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await dashboard.shows(/Paused: traffic stays/);
  expect([dashboard.complaints, dashboard.loads]).toEqual([[], 1]);
});

test('change a targeting: a mistake is said at once, the change is reviewed, and another page follows', async () => {
  await using dashboard = await open('/p/default/flags/ai-chatbot/targeting?env=production');
  await using other = await open('/p/default/flags/ai-chatbot/history?env=production');
  const rule = dashboard.role('group', 'Rule 1');
  await rule.getByLabel('Attribute').first().fill('');
  await dashboard.shows('Name the attribute.');
  await expect.poll(() => dashboard.role('button', 'Review the change').isDisabled()).toBe(true);
  await rule.getByLabel('Attribute').first().fill('tier');
  await dashboard.role('button', 'Review the change').click();
  const dialog = dashboard.page.getByRole('dialog');
  await dialog.getByText('The rules change').waitFor();
  expect(await dialog.locator('.added').allInnerTexts()).toEqual([expect.stringContaining('"attribute": "tier"')]);
  await dialog.getByLabel('Reason').fill('the attribute has another name');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await other.shows('the attribute has another name');
  expect([other.loads, other.complaints, dashboard.complaints]).toEqual([1, [], []]);
});

test('find a stale flag, see where code names it, and demand reasons', async () => {
  await using dashboard = await open('/p/default/hygiene');
  await dashboard.shows('It was to be removed by 2026-01-31.');
  await dashboard.shows(/named in 2 places of the code/);
  await dashboard.role('link', 'old-checkout').click();
  await dashboard.shows('This flag is stale: it can leave the code');
  await dashboard.role('tab', 'settings').click();
  const place = dashboard.role('link', 'web/checkout/page.tsx:31');
  expect(await place.getAttribute('href')).toMatch(/\/4f1c7e0a.*\/web\/checkout\/page\.tsx#L31$/);
  await dashboard.goto('/p/default/environments');
  await dashboard.role('button', 'Settings of development').click();
  const dialog = dashboard.page.getByRole('dialog');
  await dialog.getByLabel('Changes of its flags need a reason').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dashboard.shows('changes need a reason');
  await dashboard.goto('/p/default/flags/vat-2025/targeting?env=development');
  await dashboard.role('button', 'Turn on in Development').click();
  await dialog.getByRole('button', { name: 'Turn on now' }).click();
  expect(await dialog.getByLabel('Reason').evaluate((e) => (e as HTMLInputElement).validity.valueMissing)).toBe(true);
  await dialog.getByLabel('Reason').fill('to compare with last year');
  await dialog.getByRole('button', { name: 'Turn on now' }).click();
  await dashboard.role('button', 'Turn off in Development').waitFor();
  await dashboard.goto('/p/default/flags/vat-2025/settings');
  await dashboard.role('button', 'Archive the flag').click();
  await dialog.getByLabel('Reason').fill('the year is over');
  await dialog.getByRole('button', { name: 'Archive' }).click();
  await dashboard.role('tab', 'history').click();
  await dashboard.shows('the year is over');
  expect(dashboard.complaints).toEqual([]);
});

test('watch a bad rollout roll itself back, live', async () => {
  await using demo = await Demo.start(2500);
  const path = '/p/default/flags/new-pdf-engine/rollout?env=production';
  await using dashboard = await Dashboard.open(browser, demo.server, path);
  await dashboard.shows('Rolled back: nobody gets it any more', 70_000);
  await dashboard.role('region', 'Decisions').getByText('rolled new-pdf-engine back').waitFor();
  await dashboard.shows('Invoices that fail');
  expect(await dashboard.page.locator('.rung[data-state="failed"]').count()).toBe(1);
  expect([dashboard.complaints, dashboard.loads]).toEqual([[], 1]);
}, 90_000);

test('kill in an emergency: a service and a second browser have it', async () => {
  const flagClient = createFlagClient({ url: company.server.url, sdkKey: await company.server.key('server') });
  await flagClient.ready;
  const context = { accountId: 'acme', plan: 'enterprise' };
  expect(flagClient.isEnabled('ai-chatbot', context)).toBe(true);
  await using dashboard = await open('/p/default/flags/ai-chatbot/targeting?env=production');
  await using second = await open('/p/default/flags?env=production');
  await dashboard.role('button', 'Turn off in Production').click();
  await dashboard.page.getByRole('dialog').getByRole('button', { name: 'Turn off now' }).click();
  await dashboard.shows(/In force on all 1 evaluators, \d+ ms after the decision/);
  expect(flagClient.isEnabled('ai-chatbot', context)).toBe(false);
  await second.page.getByRole('row', { name: /ai-chatbot.*production ?off/s }).waitFor();
  expect([dashboard.complaints, second.complaints, second.loads]).toEqual([[], [], 1]);
  await flagClient.close();
});

test('read an experiment, break it down, and take the numbers along', async () => {
  await using dashboard = await open('/p/default/flags/redesigned-dashboard/experiment?env=production');
  await dashboard.shows('Serve redesign to everybody');
  await dashboard.shows(/Sample ratio as promised/);
  const chart = dashboard.page.getByRole('img', { name: /Sent an invoice: \+\d.*better/ });
  await chart.waitFor();
  await dashboard.page.getByLabel('Attribute').fill('plan');
  await dashboard.role('button', 'Break down').click();
  await dashboard.role('img', 'Results for free').waitFor();
  for (const [button, begins] of [
    ['Save CSV', 'metric'],
    ['Save PNG', '\x89PNG'],
  ] as const) {
    const saved = dashboard.page.waitForEvent('download');
    await dashboard.role('button', button).click();
    const file = await readFile(await (await saved).path(), 'latin1');
    expect(file.slice(0, 200)).toContain(begins);
  }
  expect(dashboard.complaints).toEqual([]);
});

test('audit a past decision: who, why, proved in the browser, evaluated as it was, and reverted', async () => {
  await using dashboard = await open('/p/default/history?key=ai-chatbot');
  const event = dashboard.page.locator('.event-row', { hasText: 'launch in two countries' });
  await event.getByRole('button', { name: 'More' }).click();
  await event.getByRole('button', { name: 'Verify in this browser' }).click();
  await event.getByText(/Verified\. This event is in the ledger of \d+ events/).waitFor();
  const seq = ((await event.getAttribute('id')) ?? '').replace('event-', '');
  await dashboard.goto('/p/default/flags/ai-chatbot/targeting?env=production');
  await dashboard.page.getByLabel('Context').fill(JSON.stringify({ targetingKey: 'u', plan: 'free', country: 'GB' }));
  await dashboard.role('button', 'Evaluate').click();
  await dashboard.shows('The flag is off.'); // as the story before has left it
  await dashboard.goto('/p/default/flags/ai-chatbot/history?env=production');
  await dashboard.page.locator(`#event-${seq}`).getByRole('button', { name: 'Revert to this' }).click();
  const dialog = dashboard.page.getByRole('dialog');
  await dialog.getByText('"attribute": "plan"').waitFor();
  await dialog.getByLabel('Reason').fill('as it was at the launch');
  await dialog.getByRole('button', { name: 'Revert' }).click();
  await dashboard.shows('as it was at the launch');
  const flag = await company.server.call('GET', '/api/v1/projects/default/flags/ai-chatbot');
  expect(flag).toMatchObject({
    environments: { production: { config: { rules: [{ clauses: [{ attribute: 'plan' }, {}] }, {}] } } },
  });
  expect(dashboard.complaints).toEqual([]);
});
