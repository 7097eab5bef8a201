import type { Browser, BrowserContext, Page, Request } from 'playwright-core';

/** Somebody looks at the page, in a browser profile of their own. */
export class Visit implements AsyncDisposable {
  /** The page as the server sent it. */
  html = '';
  /** Documents that were loaded. */
  navigations = 0;
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly complaints: string[] = [];
  readonly #profile: BrowserContext;
  readonly #page: Page;
  readonly #bodies: Promise<string>[] = [];

  private constructor(profile: BrowserContext, page: Page) {
    this.#profile = profile;
    this.#page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.complaints.push(`${message.text()} ${message.location().url}`);
      }
    });
    page.on('request', (request) => {
      this.navigations += request.isNavigationRequest() ? 1 : 0;
    });
    page.on('requestfinished', (request) => {
      this.#bodies.push(bodyOf(request).catch(() => ''));
    });
  }

  /** Opens the page as a visitor, whom the application knows by a cookie. */
  static async open(browser: Browser, url: string, visitor: string): Promise<Visit> {
    const profile = await browser.newContext();
    await profile.addCookies([{ name: 'visitor', value: visitor, url }]);
    await profile.addInitScript(recordShown);
    const visit = new Visit(profile, await profile.newPage());
    const response = await visit.#page.goto(url);
    visit.html = (await response?.text()) ?? '';
    return visit;
  }

  /** Waits until the page shows a text. */
  async shows(text: string): Promise<void> {
    await this.#page.getByText(text, { exact: true }).waitFor({ timeout: 20_000 });
  }

  /** Every text that the flag's element has had, in order: a flash of another answer would be in between. */
  shown(): Promise<string[]> {
    return this.#page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
  }

  /** All that has arrived whole, the page, its scripts and the answers; the open stream is not. */
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
function recordShown(): void {
  const shown: string[] = [];
  Object.assign(globalThis, { shown });
  new MutationObserver(() => {
    const text = document.querySelector('[data-testid=checkout]')?.textContent;
    if (text && shown.at(-1) !== text) {
      shown.push(text);
    }
  }).observe(document, { childList: true, subtree: true, characterData: true });
}
