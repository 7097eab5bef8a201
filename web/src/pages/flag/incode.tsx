import { Anchor, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client';
import { references } from '../../api/queries';
import { useHere } from '../../parts/here';
import { When } from '../../parts/when';
import { count } from '../../parts/words';

const most = 20;

/** InCode shows where scanned code names the flag. */
export function InCode({ flag }: { flag: string }) {
  const { project } = useHere();
  const scans = useQuery(references(project, flag)).data;
  if (!scans) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>In code</Title>
      {scans.length === 0 && (
        <Text size="sm" c="dimmed">
          No code was scanned yet: run <Code>flagledger scan .</Code> in a repository, or in its pipeline.
        </Text>
      )}
      {scans.map((s) => (
        <Repository key={s.repository} scan={s} />
      ))}
    </Stack>
  );
}

function Repository({ scan }: { scan: Schemas['Scan'] }) {
  const all = scan.references ?? [];
  return (
    <Stack gap={4} className="panel" p="md">
      <Group gap={8} justify="space-between">
        <Text fw={600}>{scan.repository}</Text>
        <Text size="sm" c="dimmed" component="div">
          {scan.commit ? `${scan.commit.slice(0, 8)}, ` : ''}
          <When at={scan.at} />
        </Text>
      </Group>
      {all.length === 0 && <Text size="sm">No use in {count(scan.files)} files.</Text>}
      {all.slice(0, most).map((r) => (
        <Group key={`${r.path}:${r.line}:${r.column}`} gap={8} wrap="nowrap">
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            <Address scan={scan} path={r.path} line={r.line} />
          </Text>
          <Text size="sm" c="dimmed">
            {r.call || r.kind}
          </Text>
        </Group>
      ))}
      {all.length > most && (
        <Text size="sm" c="dimmed">
          and {count(all.length - most)} more
        </Text>
      )}
    </Stack>
  );
}

/** Address is a place in the code, with a link if the scan has named one that can be followed. */
function Address({ scan, path, line }: { scan: Schemas['Scan']; path: string; line: number }) {
  const text = `${path}:${line}`;
  const url = scan.url
    ?.replaceAll('{commit}', scan.commit ?? '')
    .replaceAll('{path}', path.split('/').map(encodeURIComponent).join('/'))
    .replaceAll('{line}', String(line));
  if (!url || !/^https?:\/\//.test(url)) return text;
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" inherit underline="always">
      {text}
    </Anchor>
  );
}
