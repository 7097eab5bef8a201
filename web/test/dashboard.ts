import type { Server } from '@flagledger/testkit';
import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** What a browser is like, where it is not as usual. */
export interface Look {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
}

/** Dashboard is the dashboard in a browser profile of its own, signed in. */
export class Dashboard implements AsyncDisposable {
  /** Errors and warnings of the console, errors that nobody caught, and requests to other hosts. */
  readonly complaints: string[] = [];
  /** Documents that were loaded: one, unless something reloads. */
  loads = 0;
  readonly page: Page;
  readonly #profile: BrowserContext;
  readonly #url: string;

  private constructor(profile: BrowserContext, page: Page, url: string) {
    this.#profile = profile;
    this.page = page;
    this.#url = url;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(url))
        this.complaints.push(`asks ${request.url()}`);
    });
    page.on('domcontentloaded', () => {
      this.loads++;
    });
  }

  static async open(
    browser: Browser,
    server: Pick<Server, 'url' | 'token'>,
    path: string,
    look: Look = {},
  ): Promise<Dashboard> {
    const { width = 1280, height = 900, scheme = 'light' } = look;
    const profile = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      acceptDownloads: true,
    });
    await profile.addInitScript((token) => sessionStorage.setItem('flagledger.token', token), server.token);
    const dashboard = new Dashboard(profile, await profile.newPage(), server.url);
    await dashboard.goto(path);
    return dashboard;
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(this.#url + path);
  }

  /** An element by its role and name, as a reader with a screen reader finds it. */
  role(role: Parameters<Page['getByRole']>[0], name: string | RegExp): Locator {
    return this.page.getByRole(role, { name }).first();
  }

  async shows(text: string | RegExp, timeout = 15_000): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout });
  }

  /** What axe finds wrong by WCAG 2.2 AA, with the elements. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { axe: tool } = window as unknown as { axe: typeof axe };
      return tool.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    });
    return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
  }

  /** By how many pixels the page is wider than its window. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#profile.close();
  }
}
