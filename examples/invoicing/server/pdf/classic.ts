import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { type Line, total } from '../../shared/invoice.js';
import { money } from '../../shared/money.js';
import { type Engine, type Job, pagesOf } from './engine.js';

const LEFT = 56;
const RIGHT = 539;
const TOP = 190;
const ROW = 17;

/** The engine of all the years: draws every text where it belongs, with pdfkit. */
export const classicEngine: Engine = {
  name: 'classic',
  async render(job) {
    const doc = new PDFDocument({ size: 'A4', margin: LEFT, info: { Title: `Invoice ${job.invoice.number}` } });
    const file = buffer(doc);
    try {
      pagesOf(job.invoice.lines).forEach((lines, i) => {
        if (i > 0) {
          doc.addPage();
        }
        drawHead(doc, job);
        drawLines(doc, lines, job.invoice.currency);
      });
      drawTotal(doc, job);
      doc.end();
    } catch (err) {
      doc.destroy(); // or the file would never be complete, nor fail
      await file.catch(() => {});
      throw err;
    }
    return file;
  },
};

type Doc = InstanceType<typeof PDFDocument>;

function drawHead(doc: Doc, { invoice, seller, logo }: Job): void {
  doc.image(logo, LEFT, 48, { width: 40 });
  doc
    .font('Helvetica-Bold')
    .fontSize(15)
    .text(seller.name, LEFT + 54, 52);
  doc
    .font('Helvetica')
    .fontSize(10)
    .text(`Invoice ${invoice.number}`, LEFT + 54, 72);
  doc.text(`To: ${invoice.customer}`, LEFT, 112);
  doc.text(`Issued: ${invoice.issued}`, LEFT, 128);
  doc.font('Helvetica-Bold');
  cells(doc, TOP - 22, ['Description', 'Quantity', 'Price', 'Amount']);
  doc
    .moveTo(LEFT, TOP - 7)
    .lineTo(RIGHT, TOP - 7)
    .lineWidth(0.5)
    .stroke();
  doc.font('Helvetica');
}

function drawLines(doc: Doc, lines: readonly Line[], currency: string): void {
  lines.forEach(({ description, quantity, price }, i) => {
    const texts = [description, String(quantity), money(price, currency), money(quantity * price, currency)];
    cells(doc, TOP + i * ROW, texts);
  });
  doc.y = TOP + lines.length * ROW;
}

function drawTotal(doc: Doc, { invoice }: Job): void {
  const y = doc.y + 8;
  doc.moveTo(LEFT, y).lineTo(RIGHT, y).stroke();
  doc.font('Helvetica-Bold');
  cells(doc, y + 8, ['Total', '', '', money(total(invoice), invoice.currency)]);
}

function cells(doc: Doc, y: number, [first = '', ...others]: readonly string[]): void {
  doc.text(first, LEFT, y, { width: 240, lineBreak: false, ellipsis: true });
  others.forEach((text, i) => {
    doc.text(text, LEFT + 240 + i * 81, y, { width: 81, align: 'right', lineBreak: false });
  });
}
