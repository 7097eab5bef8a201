import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Server, startServer } from '@flagledger/testkit';

/** Company is a server with what an invoicing company has after some weeks: flags, segments, metrics, an experiment. */
export class Company implements AsyncDisposable {
  readonly server: Server;
  readonly #files = mkdtempSync(join(tmpdir(), 'flagledger-company-'));

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(): Promise<Company> {
    const company = new Company(await startServer({ args: ['--hygiene-every', '500ms'] }));
    try {
      await company.#flags();
      await company.#hygiene();
      await company.#experiment();
      return company;
    } catch (err) {
      await company[Symbol.asyncDispose]();
      throw err;
    }
  }

  #file(name: string, content: unknown): string {
    const path = join(this.#files, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  async #flags(): Promise<void> {
    const { server } = this;
    const cli = (...args: string[]) => server.cli(...args);
    const segment = {
      included: [{ by: 'accountId', values: ['acme', 'globex', 'initech'] }],
      rules: [{ clauses: [{ attribute: 'plan', op: 'in', values: ['enterprise'] }] }],
    };
    await cli('segment', 'save', 'beta-customers', '--file', this.#file('segment.json', segment));
    await cli(
      'flag',
      'create',
      'new-pdf-engine',
      '--owner',
      'billing',
      '--tag',
      'pdf',
      '--description',
      'Renders invoices with the new engine.',
    );
    await cli(
      'flag',
      'create',
      'ai-chatbot',
      '--owner',
      'support',
      '--tag',
      'targeting',
      '--description',
      'For the free tier in the United States and Great Britain.',
    );
    const config = {
      rules: [
        {
          id: 'free-us-gb',
          description: 'free tier in US and GB',
          clauses: [
            { attribute: 'plan', op: 'in', values: ['free'] },
            { attribute: 'country', op: 'in', values: ['US', 'GB'] },
          ],
          serve: { variant: 'on' },
        },
        { id: 'beta', clauses: [{ op: 'inSegment', values: ['beta-customers'] }], serve: { variant: 'on' } },
      ],
      default: { variant: 'off' },
    };
    await server.call('PUT', '/api/v1/projects/default/flags/ai-chatbot/environments/production', {
      config,
      reason: 'launch in two countries',
    });
    await cli('flag', 'on', 'ai-chatbot', '--env', 'production', '--reason', 'launch');
    await cli(
      'flag',
      'create',
      'maintenance-mode',
      '--owner',
      'platform',
      '--permanent',
      '--description',
      'Shows the maintenance page to everybody.',
    );
    await cli(
      'flag',
      'create',
      'bulk-invoice-api',
      '--owner',
      'platform',
      '--description',
      'For three enterprise accounts.',
    );
    await cli('flag', 'on', 'bulk-invoice-api', '--env', 'staging', '--reason', 'try it out');
    await cli('rollout', 'start', 'new-pdf-engine', '--env', 'production', '--by', 'accountId', '--reason', 'ship it');
  }

  /** Flags that were to be gone long ago, and code that still names them. */
  async #hygiene(): Promise<void> {
    const { server } = this;
    const flags = [
      ['old-checkout', 'web', '2026-01-31', 'The checkout in one page, for everybody since.'],
      ['vat-2025', 'billing', '2026-03-31', 'Tax rates of 2025.'],
    ] as const;
    for (const [key, owner, removeBy, description] of flags) {
      await server.cli('flag', 'create', key, '--owner', owner, '--remove-by', removeBy, '--description', description);
    }
    await server.cli('flag', 'on', 'old-checkout', '--env', 'production', '--reason', 'everybody gets it');
    const call = (flag: string, path: string, line: number, name: string) => ({
      flag,
      path,
      line,
      column: 7,
      language: 'typescript',
      kind: 'call',
      call: name,
    });
    await server.call('PUT', '/api/v1/projects/default/references/invoicing.web', {
      commit: '4f1c7e0a2b9d8c6e5f3a1b0c9d8e7f6a5b4c3d2e',
      branch: 'main',
      url: 'https://git.example.com/invoicing/web/blob/{commit}/{path}#L{line}',
      files: 214,
      references: [
        call('old-checkout', 'web/checkout/page.tsx', 31, 'useFeatureFlag'),
        call('old-checkout', 'server/orders.ts', 118, 'isEnabled'),
        call('ai-chatbot', 'web/help.tsx', 12, 'useFeatureFlag'),
        call('ai-chatbot', 'server/chat.ts', 40, 'isEnabled'),
        call('new-pdf-engine', 'server/invoices.ts', 60, 'isEnabled'),
      ],
    });
    for (let i = 0; i < 100; i++) {
      const { stale } = await server.call('GET', '/api/v1/projects/default/flags/vat-2025');
      if (stale) return;
      await sleep(100);
    }
    throw new Error('the server has not found that vat-2025 is stale');
  }

  /** An experiment that ran elsewhere, whose truth is known: two of three metrics are better. */
  async #experiment(): Promise<void> {
    const cli = (...args: string[]) => this.server.cli(...args);
    const metrics = {
      sent: ['Sent an invoice', 'conversion', 'invoice.sent'],
      returned: ['Returned on day 7', 'conversion', 'returned'],
      invoiced: ['Invoiced', 'mean', 'invoiced'],
    };
    for (const [key, [name, kind, event]] of Object.entries(metrics)) {
      await cli(
        'metric',
        'save',
        key,
        '--file',
        this.#file(`${key}.json`, { name, kind, event, ...(kind === 'mean' ? { unit: 'EUR' } : {}) }),
      );
    }
    const variants = ['--variant', 'classic="classic"', '--variant', 'redesign="redesign"'];
    await cli(
      'flag',
      'create',
      'redesigned-dashboard',
      '--type',
      'string',
      ...variants,
      '--owner',
      'web',
      '--tag',
      'experiment',
      '--description',
      'A/B test of the dashboard, half of the users each.',
    );
    await cli(
      'flag',
      'set',
      'redesigned-dashboard',
      '--env',
      'production',
      '--split',
      'redesign=50,classic=50',
      '--by',
      'userId',
      '--reason',
      'half and half',
    );
    await cli('flag', 'on', 'redesigned-dashboard', '--env', 'production');
    const data = join(this.#files, 'test.csv');
    const [from, until] = (await cli('analytics', 'sample', data)).match(/\d{4}-\d\d-\d\d/g) ?? [];
    const goals = Object.keys(metrics).flatMap((m) => ['--goal', m]);
    const where = ['redesigned-dashboard', '--env', 'production'];
    await cli(
      'experiment',
      'record',
      ...where,
      '--split',
      'redesign=50,classic=50',
      '--control',
      'classic',
      '--name',
      'Redesign of the dashboard',
      ...goals,
      '--from',
      from ?? '',
      '--until',
      until ?? '',
    );
    const columns = [
      '--unit',
      'user',
      '--variant',
      'variant',
      '--at',
      'seen_at',
      '--attribute',
      'plan',
      '--attribute',
      'country',
    ];
    const events = [
      '--happened',
      'sent_invoice=invoice.sent',
      '--happened',
      'returned_day_7=returned',
      '--number',
      'invoiced',
    ];
    await cli(
      'analytics',
      'import',
      data,
      '--env',
      'production',
      '--flag',
      'redesigned-dashboard',
      ...columns,
      ...events,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    rmSync(this.#files, { recursive: true, force: true });
  }
}
