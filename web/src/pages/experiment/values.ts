import type { Schemas } from '../../api/client';
import type { Interval } from '../../charts/interval';
import { figure } from '../../parts/words';

type Metric = Schemas['MetricReport'];

/** Row is the result of one variant on one metric. */
export interface Row {
  metric: Metric;
  result: Schemas['VariantResult'];
}

export const metricName = (m: Metric): string => m.definition.name || m.metric;

/** shareKinds are metrics whose values are shares of one. */
const shareKinds = new Set(['conversion', 'errorRate', 'retention']);

/** written writes a metric's value with its unit. */
export function written(m: Metric, value: number | undefined): string {
  if (value === undefined) return '';
  if (shareKinds.has(m.definition.kind ?? ''))
    return `${(100 * value).toLocaleString(undefined, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })}%`;
  return `${figure(value)}${m.definition.unit ? ` ${m.definition.unit}` : ''}`;
}

const tones: Record<string, Interval['tone']> = { better: 'good', worse: 'bad', noWorse: 'good' };

/** intervalOf is a result as it is drawn. */
export function intervalOf(m: Metric, r: Schemas['MetricEvidence'], several: boolean): Interval {
  const values = `${written(m, r.control)} → ${written(m, r.treatment)}`;
  return {
    id: `${r.metric} ${r.variant}`,
    name: several ? `${metricName(m)}: ${r.variant}` : metricName(m),
    note: r.treatment === undefined ? (r.reason ?? '') : values,
    value: r.lift?.value ?? null,
    low: r.lift?.low ?? null,
    high: r.lift?.high ?? null,
    tone: tones[r.finding] ?? 'open',
  };
}
