import { createFlagClient } from '@flagledger/node';
import { launch, type Server, startServer } from '@flagledger/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Dashboard } from './dashboard.js';

const many = 10_000;
const rounds = 10;

/** quantile of numbers, of which there is at least one. */
const quantile = (list: number[], q: number) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))] ?? Number.NaN;
const said = (name: string, list: number[]) =>
  process.stdout.write(
    `${name}: median ${quantile(list, 0.5).toFixed(0)} ms, at most ${Math.max(...list).toFixed(0)} ms\n`,
  );

/** What people wait for, measured in Chromium: "make bench-web". */
describe.runIf(process.env['BENCH_WEB'])('the dashboard', () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    [browser, server] = await Promise.all([launch(), startServer()]);
    await server.cli('flag', 'create', 'pdf');
    await server.cli('flag', 'on', 'pdf', '--env', 'production');
    for (let i = 0; i < many; i += 50) {
      const flags = Array.from({ length: 50 }, (_, n) => ({
        key: `flag-${String(i + n).padStart(5, '0')}`,
        details: { owner: `team-${n % 7}`, description: `Decides the thing ${i + n}` },
      }));
      await Promise.all(flags.map((body) => server.call('POST', '/api/v1/projects/default/flags', body)));
    }
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('first load, with 10,000 flags', async () => {
    const shown: number[] = [];
    for (let i = 0; i < rounds; i++) {
      await using dashboard = await Dashboard.open(browser, server, '/p/default/flags');
      await dashboard.page.getByRole('row', { name: /flag-00000/ }).waitFor();
      shown.push(await dashboard.page.evaluate(() => performance.now()));
    }
    said('from the click on a link to the list of 10,000 flags', shown);
  });

  test('search and scroll among 10,000 flags', async () => {
    await using dashboard = await Dashboard.open(browser, server, '/p/default/flags');
    const { page } = dashboard;
    await page.getByRole('row', { name: /flag-00000/ }).waitFor();
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const key = `flag-0${i}99${i % 10}`;
      times.push(
        await page.evaluate(async (wanted) => {
          const input = document.querySelector<HTMLInputElement>('input[type=search]');
          if (!input) throw new Error('no search');
          const begin = performance.now();
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, wanted);
          input.dispatchEvent(new Event('input', { bubbles: true }));
          while (document.querySelectorAll('.flag-link').length !== 1)
            await new Promise((resolve) => requestAnimationFrame(resolve));
          return performance.now() - begin;
        }, key),
      );
    }
    said('from a search to its result on the screen', times);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('row', { name: /flag-00000/ }).waitFor();
    const frames = await page.evaluate(async () => {
      const took: number[] = [];
      let last = performance.now();
      for (let y = 0; y < 300; y++) {
        window.scrollTo(0, y * 700);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        took.push(performance.now() - last);
        last = performance.now();
      }
      return took.slice(5);
    });
    said('a frame while scrolling through 210,000 px', frames);
  });

  test('kill switch, from the click to a Node.js process and to a second browser', async () => {
    const flagClient = createFlagClient({ url: server.url, sdkKey: await server.key('server') });
    await flagClient.ready;
    await using dashboard = await Dashboard.open(browser, server, '/p/default/flags/pdf/targeting?env=production');
    await using second = await Dashboard.open(browser, server, '/p/default/flags/pdf/history?env=production');
    await second.role('button', 'Turn off in Production').waitFor();
    const [toNode, toBrowser]: [number[], number[]] = [[], []];
    for (let i = 0; i < rounds; i++) {
      await dashboard.role('button', 'Turn off in Production').click();
      const confirm = dashboard.page.getByRole('dialog').getByRole('button', { name: 'Turn off now' });
      await confirm.waitFor();
      const begin = performance.now();
      const node = (async () => {
        while (flagClient.isEnabled('pdf', { userId: 'u' })) await new Promise((resolve) => setImmediate(resolve));
        toNode.push(performance.now() - begin);
      })();
      await Promise.all([confirm.click(), node, second.role('button', 'Turn on in Production').waitFor()]);
      toBrowser.push(performance.now() - begin);
      await server.cli('flag', 'on', 'pdf', '--env', 'production');
      await dashboard.role('button', 'Turn off in Production').waitFor();
      await second.role('button', 'Turn off in Production').waitFor();
    }
    said('kill switch, from the click to the changed value in a Node.js process', toNode);
    said('kill switch, from the click to the changed page in a second browser', toBrowser);
    expect(toNode).toHaveLength(rounds);
    await flagClient.close();
  }, 120_000);
});
