/** A text of the help pages. */
export interface Article {
  readonly title: string;
  readonly text: string;
}

/** The help pages of the application. */
export const articles: readonly Article[] = [
  {
    title: 'Create an invoice',
    text: 'Press "New invoice", name the customer and what the invoice is for, and press "Create". It starts as a draft.',
  },
  {
    title: 'Print or download an invoice as PDF',
    text: 'Press "PDF" beside the invoice. It opens in a new tab, from where you can print or save the file.',
  },
  {
    title: 'What draft, sent, overdue and paid mean',
    text: 'A draft has not left the house. A sent invoice waits for its payment; after 30 days it is overdue until paid.',
  },
  {
    title: 'Currency and country',
    text: 'Invoices are in the currency of your country: pounds in the UK, dollars in the US and Australia, else euros.',
  },
  {
    title: 'Change the logo of your account',
    text: 'Upload a PNG or JPEG picture of at least 48 by 48 pixels. Other formats, such as WebP, cannot be printed.',
  },
  {
    title: 'Plans and prices',
    text: 'The free plan has everything one person needs. Pro adds colleagues; enterprise adds the bulk API and support.',
  },
  {
    title: 'Create invoices in bulk',
    text: 'Enterprise accounts can send a list of invoices to the bulk API. Ask your account manager to switch it on.',
  },
];
