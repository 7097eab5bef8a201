import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const here = import.meta.dirname;

async function bundle() {
  const { output } = await build({
    configFile: false,
    root: here,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry: `${here}/page.jsx`, formats: ['iife'], name: 'page' } },
  }).then((result) => (Array.isArray(result) ? result[0] : result));
  return output[0].code;
}

/** Opens the page in Chromium; it reports to `watch`. */
export async function openPage(settings, watch) {
  const script = await bundle();
  const html = `<!doctype html><title>measured</title><div id="root"></div>
<script>window.settings = ${JSON.stringify(settings)}</script><script src="/page.js"></script>`;
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.exposeFunction('seen', (value, at) => watch.see(value, at));
  page.on('pageerror', (err) => console.error(err));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.getByText('off', { exact: true }).waitFor();
  return {
    async close() {
      await browser.close();
      server.close();
    },
  };
}
