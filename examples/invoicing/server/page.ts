import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import type { PageData } from '../shared/page.js';
import { App } from '../web/app.js';
import type { Assets } from './assets.js';

/**
 * The page as HTML, with the flags of whoever is signed in already decided:
 * what is shown first is what stays. The data go along for the browser.
 */
export function renderPage(data: PageData, { script, styles }: Assets): string {
  const links = styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Harbour Invoicing</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
${links}<script type="module" src="${script}"></script>
</head>
<body>
<div id="root">${renderToString(createElement(App, { data }))}</div>
<script id="data" type="application/json">${embedded(data)}</script>
</body>
</html>
`;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M10 8v16M22 8v16M10 16h12" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>';

/** JSON that cannot end the script element it stands in. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
