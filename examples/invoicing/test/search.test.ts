import { expect, test } from 'vitest';
import { findArticle } from '../shared/search.js';

test.each([
  ['How do I print an invoice?', 'Print or download an invoice as PDF'],
  ['can i change my LOGO', 'Change the logo of your account'],
  ['what does overdue mean', 'What draft, sent, overdue and paid mean'],
  ['Which currencies? Is my country supported', 'Currency and country'],
  ['bulk', 'Create invoices in bulk'],
])('%s is answered by: %s', (question, title) => {
  expect(findArticle(question)?.title).toBe(title);
});

test.each(['', 'how do i', 'xyzzy', '???'])('nothing is found for "%s"', (question) => {
  expect(findArticle(question)).toBeUndefined();
});
