import { createRequire } from 'node:module';
import type * as PdfMake from 'pdfmake';
import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces';
import { type Line, total } from '../../shared/invoice.js';
import { money } from '../../shared/money.js';
import { type Engine, type Job, pagesOf, ROWS_PER_PAGE } from './engine.js';
import { RunningSum } from './runningsum.js';

// pdfmake is CommonJS and keeps its fonts in itself.
const pdfmake: typeof PdfMake = createRequire(import.meta.url)('pdfmake');
pdfmake.setFonts({ Helvetica: { normal: 'Helvetica', bold: 'Helvetica-Bold' } });
pdfmake.setUrlAccessPolicy(() => false);
// The built-in fonts go by the same road as files, and are none.
pdfmake.setLocalAccessPolicy((path) => path.startsWith('Helvetica'));

/**
 * The engine of the release: says what is on the page and lets pdfmake lay it
 * out. New is the sum at the foot of each page, which is carried forward to
 * the next one.
 */
export function modernEngine(sums: RunningSum = new RunningSum()): Engine {
  return {
    name: 'modern',
    async render(job) {
      return pdfmake.createPdf(definition(job, sums)).getBuffer();
    },
  };
}

function definition(job: Job, sums: RunningSum): TDocumentDefinitions {
  const { invoice, seller } = job;
  sums.reset(invoice.lines.length);
  for (const line of invoice.lines) {
    sums.add(line.quantity * line.price);
  }
  const pages = pagesOf(invoice.lines);
  return {
    pageSize: 'A4',
    pageMargins: [56, 110, 56, 48],
    info: { title: `Invoice ${invoice.number}` },
    defaultStyle: { font: 'Helvetica', fontSize: 9.5, color: '#1f2937' },
    header: head(job),
    footer: (page, pageCount) => ({
      text: `${seller.name} · ${invoice.number} · page ${page} of ${pageCount}`,
      alignment: 'center',
      fontSize: 8,
      color: '#6b7280',
    }),
    content: pages.map((lines, i) => sheet(lines, i, pages.length, job, sums)),
  };
}

function head({ invoice, seller, logo }: Job): Content {
  return {
    margin: [56, 40, 56, 0],
    columns: [
      { image: `data:image/png;base64,${logo.toString('base64')}`, width: 36 },
      [
        { text: seller.name, bold: true, fontSize: 14, margin: [12, 2, 0, 2] },
        { text: `Invoice to ${invoice.customer}`, margin: [12, 0, 0, 0], color: '#6b7280' },
      ],
      [
        { text: invoice.number, bold: true, alignment: 'right', margin: [0, 4, 0, 2] },
        { text: invoice.issued, alignment: 'right', color: '#6b7280' },
      ],
    ],
  };
}

function sheet(lines: readonly Line[], page: number, pageCount: number, job: Job, sums: RunningSum): Content {
  const { currency } = job.invoice;
  const isLast = page === pageCount - 1;
  const sum = isLast ? total(job.invoice) : sums.upTo(page * ROWS_PER_PAGE + lines.length);
  return {
    table: {
      headerRows: 1,
      widths: ['*', 50, 75, 85],
      body: [
        cells(['Description', 'Quantity', 'Price', 'Amount'], { bold: true, color: '#6b7280' }),
        ...lines.map(({ description, quantity, price }) => {
          return cells([description, String(quantity), money(price, currency), money(quantity * price, currency)], {});
        }),
        cells([isLast ? 'Total' : 'Carried forward', '', '', money(sum, currency)], { bold: true }),
      ],
    },
    layout: 'lightHorizontalLines',
    ...(isLast ? {} : { pageBreak: 'after' }),
  };
}

function cells(texts: readonly string[], style: { bold?: boolean; color?: string }): TableCell[] {
  return texts.map((text, i) => ({ text, alignment: i === 0 ? 'left' : 'right', ...style }));
}
