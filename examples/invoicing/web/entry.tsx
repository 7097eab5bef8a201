import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import type { PageData } from '../shared/page.js';
import { App } from './app.js';
import './styles/base.css';
import './styles/shell.css';
import './styles/dashboard.css';
import './styles/help.css';

const root = document.getElementById('root');
const data = document.getElementById('data')?.textContent;
if (!root || !data) {
  throw new Error('the page has no data');
}
hydrateRoot(
  root,
  <StrictMode>
    <App data={JSON.parse(data) as PageData} />
  </StrictMode>,
);
