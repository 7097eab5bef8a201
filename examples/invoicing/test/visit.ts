import type { Browser, BrowserContext, Locator, Page, Request } from 'playwright-core';

/** A user with the page open, in a browser profile of their own. */
export class Visit implements AsyncDisposable {
  /** The page as the server sent it. */
  html = '';
  /** Documents that were loaded into the page. */
  loads = 0;
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly complaints: string[] = [];
  readonly page: Page;
  readonly #profile: BrowserContext;
  readonly #bodies: Promise<string>[] = [];

  private constructor(profile: BrowserContext, page: Page) {
    this.#profile = profile;
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(`${message.text()} ${message.location().url}`);
      }
    });
    page.on('framenavigated', () => {
      this.loads++;
    });
    page.on('requestfinished', (request) => {
      this.#bodies.push(bodyOf(request).catch(() => ''));
    });
  }

  static async open(browser: Browser, url: string, userId: string): Promise<Visit> {
    const profile = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    await profile.addCookies([{ name: 'user', value: userId, url }]);
    await profile.addInitScript(recordDashboards);
    const visit = new Visit(profile, await profile.newPage());
    const response = await visit.page.goto(url);
    visit.html = (await response?.text()) ?? '';
    return visit;
  }

  /** An element of the page by a selector. */
  at(selector: string): Locator {
    return this.page.locator(selector);
  }

  /** Waits until the page shows an element. */
  async shows(selector: string): Promise<void> {
    await this.at(selector).first().waitFor();
  }

  /** Waits until the page does not show an element. */
  async hides(selector: string): Promise<void> {
    await this.at(selector).first().waitFor({ state: 'detached' });
  }

  /** Every dashboard that was on the page, in order: a flash of another one would be in between. */
  dashboards(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { dashboards: string[] }).dashboards);
  }

  /** All that has arrived whole: the page, its scripts and the answers. */
  async received(): Promise<string> {
    return (await Promise.all(this.#bodies)).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#profile.close();
  }
}

/** The answer to a request. Preflights and redirects have none, and a page that closes loses those under way. */
async function bodyOf(request: Request): Promise<string> {
  return (await (await request.response())?.text()) ?? '';
}

/** Runs in the page before anything of it. */
function recordDashboards(): void {
  const dashboards: string[] = [];
  Object.assign(globalThis, { dashboards });
  new MutationObserver(() => {
    const name = document.querySelector('[data-dashboard]')?.getAttribute('data-dashboard');
    if (name && dashboards.at(-1) !== name) {
      dashboards.push(name);
    }
  }).observe(document, { childList: true, subtree: true });
}
