/** Every page of the dashboard, by name, on the data of Company; ready is a text that it shows when it is complete. */
export const pages: readonly { name: string; path: string; ready: string | RegExp }[] = [
  { name: 'flags', path: '/p/default/flags?env=production', ready: 'redesigned-dashboard' },
  { name: 'create', path: '/p/default/flags?env=production&create=yes', ready: 'What is it for?' },
  { name: 'targeting', path: '/p/default/flags/ai-chatbot/targeting?env=production', ready: 'Everybody else' },
  { name: 'rollout', path: '/p/default/flags/new-pdf-engine/rollout?env=production', ready: 'Decisions' },
  { name: 'rollout-start', path: '/p/default/flags/bulk-invoice-api/rollout?env=production', ready: 'No rollout yet' },
  {
    name: 'experiment',
    path: '/p/default/flags/redesigned-dashboard/experiment?env=production',
    ready: 'As it settled',
  },
  {
    name: 'experiment-start',
    path: '/p/default/flags/ai-chatbot/experiment?env=production',
    ready: 'No experiment yet',
  },
  {
    name: 'flag-history',
    path: '/p/default/flags/ai-chatbot/history?env=production',
    ready: 'launch in two countries',
  },
  { name: 'settings', path: '/p/default/flags/ai-chatbot/settings?env=production', ready: 'Archive the flag' },
  { name: 'history', path: '/p/default/history', ready: 'launch in two countries' },
  { name: 'segments', path: '/p/default/segments', ready: 'beta-customers' },
  { name: 'metrics', path: '/p/default/metrics', ready: 'Sent an invoice' },
  { name: 'plans', path: '/p/default/plans', ready: /Stages: 5%/ },
  { name: 'hygiene', path: '/p/default/hygiene?env=production', ready: /old-checkout/ },
  { name: 'environments', path: '/p/default/environments', ready: /evaluators?/ },
  { name: 'keys', path: '/p/default/keys', ready: 'Revoke' },
  { name: 'system', path: '/p/default/system?env=production', ready: 'Events stored' },
  { name: 'missing', path: '/p/default/nowhere', ready: 'There is nothing here' },
];
