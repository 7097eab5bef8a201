import type { Schemas } from '../../api/client';

type Event = Schemas['EventView'];
type Data = Record<string, unknown>;

const text = (v: unknown): string => (typeof v === 'string' || typeof v === 'number' ? String(v) : '');

/** sentences tell what an event of each type did. */
const sentences: Record<string, (d: Data, key: string) => string> = {
  'project.created': (_, key) => `created the project ${key}`,
  'environment.created': (d) => `added the environment ${text(d['environment'])}`,
  'environment.changed': (d) => `changed the environment ${text(d['environment'])}`,
  'flag.created': (_, key) => `created ${key}`,
  'flag.details_changed': (_, key) => `changed what describes ${key}`,
  'flag.variants_replaced': (_, key) => `replaced the variants of ${key}`,
  'flag.config_replaced': (_, key) => `changed the targeting of ${key}`,
  'flag.turned_on': (_, key) => `turned ${key} on`,
  'flag.turned_off': (_, key) => `turned ${key} off`,
  'flag.archived': (_, key) => `archived ${key}`,
  'flag.restored': (_, key) => `restored ${key}`,
  'flag.turned_stale': (_, key) => `found that ${key} is stale`,
  'flag.staleness_ended': (_, key) => `found that ${key} is not stale any more`,
  'flag.change_scheduled': (_, key) => `scheduled a change of ${key}`,
  'flag.scheduled_change_cancelled': (_, key) => `cancelled a scheduled change of ${key}`,
  'flag.scheduled_change_executed': (_, key) => `made a scheduled change of ${key}`,
  'flag.scheduled_change_refused': (_, key) => `refused a scheduled change of ${key}`,
  'rollout.started': (_, key) => `started a rollout of ${key}`,
  'rollout.advanced': (d, key) => `advanced ${key}${d['percentage'] ? ` to ${text(d['percentage'])}%` : ''}`,
  'rollout.completed': (_, key) => `completed the rollout of ${key}`,
  'rollout.held': (_, key) => `holds ${key} where it is`,
  'rollout.paused': (_, key) => `paused the rollout of ${key}`,
  'rollout.resumed': (_, key) => `resumed the rollout of ${key}`,
  'rollout.rolled_back': (_, key) => `rolled ${key} back`,
  'rollout.stepped_back': (_, key) => `took ${key} back one stage`,
  'rollout.aborted': (_, key) => `aborted the rollout of ${key}`,
  'rollout.approved': (_, key) => `approved a step of ${key}`,
  'experiment.started': (_, key) => `started an experiment on ${key}`,
  'experiment.ended': (_, key) => `stopped the experiment on ${key}`,
  'experiment.decided': (d, key) =>
    `decided the experiment on ${key}${d['variant'] ? ` for ${text(d['variant'])}` : ''}`,
  'experiment.recorded': (_, key) => `recorded an experiment on ${key} that ran elsewhere`,
  'segment.saved': (_, key) => `saved the segment ${key}`,
  'segment.archived': (_, key) => `archived the segment ${key}`,
  'metric.saved': (_, key) => `saved the metric ${key}`,
  'metric.archived': (_, key) => `archived the metric ${key}`,
  'plan.saved': (_, key) => `saved the plan ${key}`,
  'plan.archived': (_, key) => `archived the plan ${key}`,
  'key.created': (d) =>
    `made the ${text((d['key'] as Data | undefined)?.['kind'])} key ${text((d['key'] as Data | undefined)?.['name'])}`,
  'key.revoked': (_, key) => `revoked the key ${key}`,
};

export const types = Object.keys(sentences);

/** sentence tells what an event did. */
export function sentence(e: Event): string {
  const data = (e.data ?? {}) as Data;
  return sentences[e.type]?.(data, e.subject.key) ?? `${e.type} ${e.subject.key}`;
}

/** environmentOf is where an event took place, empty for everywhere. */
export function environmentOf(e: Event): string {
  return text((e.data as Data | null)?.['environment']);
}

/** weight tells events that matter most from the rest. */
export function tone(e: Event): 'bad' | 'good' | 'plain' {
  if (/rolled_back|turned_off|stepped_back|aborted|refused/.test(e.type)) return 'bad';
  return /turned_on|completed|advanced/.test(e.type) ? 'good' : 'plain';
}
