import type { Summary } from '../shared/invoice.js';
import { shortMoney } from '../shared/money.js';

const MONTHS = 6;
const HEIGHT = 120;
const STEP = 96;
const BAR = 52;

interface MonthChartProps {
  invoices: readonly Summary[];
  today: string;
  currency: string;
}

/** What was billed in each of the last six months. */
export function MonthChart({ invoices, today, currency }: MonthChartProps) {
  const months = lastMonths(today).map((month) => ({
    month,
    sum: invoices.filter(({ issued }) => issued.startsWith(month)).reduce((sum, { total }) => sum + total, 0),
  }));
  const most = Math.max(1, ...months.map(({ sum }) => sum));
  const told = months.map(({ month, sum }) => `${nameOf(month)} ${shortMoney(sum, currency)}`).join(', ');
  return (
    <svg className="chart" viewBox={`0 0 ${MONTHS * STEP} ${HEIGHT + 44}`} role="img" aria-label={told}>
      {months.map(({ month, sum }, i) => {
        const height = Math.max(2, (sum / most) * HEIGHT);
        const x = i * STEP + (STEP - BAR) / 2;
        return (
          <g key={month} className={i === MONTHS - 1 ? 'current' : ''}>
            <rect x={x} y={HEIGHT - height + 20} width={BAR} height={height} rx="6" />
            <text x={x + BAR / 2} y={HEIGHT - height + 12} className="value">
              {shortMoney(sum, currency)}
            </text>
            <text x={x + BAR / 2} y={HEIGHT + 38}>
              {nameOf(month)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Months as "2026-03", the oldest first. */
function lastMonths(today: string): string[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, i) => {
    return new Date(Date.UTC(year, month - MONTHS + i, 1)).toISOString().slice(0, 7);
  });
}

function nameOf(month: string): string {
  return new Date(`${month}-01`).toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' });
}
