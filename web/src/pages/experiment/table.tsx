import { Badge, ScrollArea, Table, Text } from '@mantine/core';
import { count, signed } from '../../parts/words';
import { metricName, type Row, written } from './values';

const findings: Record<string, { text: string; color: string }> = {
  better: { text: 'better', color: 'teal' },
  worse: { text: 'worse', color: 'red' },
  open: { text: 'open', color: 'gray' },
};

const bound = (v: number | undefined) => (v === undefined ? '…' : signed(v));

/** ResultTable has the same numbers as the chart, for reading. */
export function ResultTable({ rows }: { rows: Row[] }) {
  return (
    <ScrollArea type="auto">
      <Table verticalSpacing="xs" miw={680} className="figures">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th>Variant</Table.Th>
            <Table.Th ta="end">Control</Table.Th>
            <Table.Th ta="end">Treatment</Table.Th>
            <Table.Th ta="end">Change</Table.Th>
            <Table.Th ta="end">Interval</Table.Th>
            <Table.Th ta="end">p</Table.Th>
            <Table.Th>Finding</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ metric, result: r }) => {
            const finding = findings[r.finding] ?? { text: r.finding, color: 'gray' };
            return (
              <Table.Tr key={`${r.metric} ${r.variant}`}>
                <Table.Td>
                  {metricName(metric)}
                  <Text size="xs" c="dimmed">
                    {metric.role}
                  </Text>
                </Table.Td>
                <Table.Td>{r.variant}</Table.Td>
                <Table.Td ta="end" title={`${count(r.controlUnits)} units`}>
                  {written(metric, r.control)}
                </Table.Td>
                <Table.Td ta="end" title={`${count(r.treatmentUnits)} units`}>
                  {written(metric, r.treatment)}
                </Table.Td>
                <Table.Td ta="end">{r.lift ? signed(r.lift.value) : ''}</Table.Td>
                <Table.Td ta="end">{r.lift ? `${bound(r.lift.low)} to ${bound(r.lift.high)}` : r.reason}</Table.Td>
                <Table.Td ta="end">
                  {r.adjustedP === undefined ? '' : r.adjustedP < 0.0001 ? '< 0.0001' : r.adjustedP.toFixed(4)}
                </Table.Td>
                <Table.Td>
                  <Badge color={finding.color} variant="light" size="sm">
                    {finding.text}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
