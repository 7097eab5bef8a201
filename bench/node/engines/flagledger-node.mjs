import { createServer } from 'node:http';
import { createFlagClient } from '../../../sdk/node/dist/esm/index.js';
import { isText } from '../flags.mjs';
import { rulesetOf } from './flagledger.mjs';

/** The whole client of @flagledger/node, exposures on, sent to a sink. */
export async function create(flags) {
  const sink = createServer((request, response) => {
    request.resume().on('end', () => {
      const events = request.url?.endsWith('/events');
      response.writeHead(events ? 202 : 404, { 'Content-Type': 'application/json' });
      response.end(events ? '{"accepted":1,"rejected":[]}' : '{}');
    });
  });
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const client = createFlagClient({
    url: `http://127.0.0.1:${sink.address().port}`,
    sdkKey: 'fl_server_bench',
    bootstrap: rulesetOf(flags),
  });
  return {
    context: (user) => ({ ...user }),
    evaluate: (flag, context) =>
      isText(flag) ? client.value(flag.key, context, '') : client.isEnabled(flag.key, context),
    async close() {
      await client.close();
      sink.close();
    },
  };
}
