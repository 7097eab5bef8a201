import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server as HTTPServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { type Browser as Chromium, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

/** A real browser, and a web site of another origin than the flag server's with one script on its pages. */
export class Browser {
  readonly #chromium: Chromium;
  readonly #site: HTTPServer;

  private constructor(browser: Chromium, site: HTTPServer) {
    this.#chromium = browser;
    this.#site = site;
  }

  /** Bundles a script of test/page as an application would, and opens a browser. */
  static async open(script: string): Promise<Browser> {
    const code = await bundle(join(import.meta.dirname, 'page', script));
    const site = createServer((request, response) => {
      const isScript = request.url === '/script.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? code : '<!doctype html><div id="root"></div><script src="/script.js"></script>');
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    return new Browser(await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] }), site);
  }

  /** A page of the site, in a profile of its own. */
  async page(): Promise<Page> {
    const page = await (await this.#chromium.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${(this.#site.address() as AddressInfo).port}/`);
    return page;
  }

  async close(): Promise<void> {
    await this.#chromium.close();
    this.#site.closeAllConnections();
    this.#site.close();
  }
}

function executable(): string {
  const { CHROMIUM, PATH = '' } = process.env;
  const found =
    CHROMIUM ||
    PATH.split(delimiter)
      .map((dir) => join(dir, 'chromium'))
      .find((path) => existsSync(path));
  if (!found) {
    throw new Error('there is no chromium: install it, or name it in the environment variable CHROMIUM');
  }
  return found;
}

async function bundle(entry: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'page' } },
  });
  const [built] = Array.isArray(result) ? result : [result];
  const chunk = built && 'output' in built ? built.output[0] : undefined;
  if (!chunk) {
    throw new Error(`vite has built nothing of ${entry}`);
  }
  return chunk.code;
}
